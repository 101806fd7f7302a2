/**
 * What AWS's services answer, in the shapes of their API references, by what the SDK asks: `Action` of the query
 * protocols, `X-Amz-Target` of the JSON ones, method and path of the REST ones. Anything else is a test's mistake.
 */
export const ANSWERS: Readonly<Record<string, string>> = {
  DescribeStacks: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
    <Stacks><member><StackName>s</StackName><StackStatus>UPDATE_COMPLETE</StackStatus></member></Stacks>
  </DescribeStacksResult></DescribeStacksResponse>`,
  ListStackResources: `<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><ListStackResourcesResult>
    <StackResourceSummaries>
      <member><ResourceType>AWS::SQS::Queue</ResourceType><PhysicalResourceId>https://q</PhysicalResourceId></member>
      <member><ResourceType>AWS::S3::Bucket</ResourceType></member>
    </StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`,
  SimulatePrincipalPolicy: `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult>
    <IsTruncated>false</IsTruncated><EvaluationResults>
      <member><EvalActionName>s3:PutObject</EvalActionName><EvalDecision>implicitDeny</EvalDecision></member>
      <member><EvalActionName>s3:GetObject</EvalActionName><EvalDecision>allowed</EvalDecision></member>
    </EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
  DescribeInstances: `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item>
    <ownerId>111122223333</ownerId><instancesSet><item>
      <instanceId>i-00000000000000001</instanceId><instanceState><code>16</code><name>running</name></instanceState>
      <launchTime>2026-11-25T08:00:00.000Z</launchTime>
      <vpcId>vpc-1</vpcId>
      <groupSet><item><groupId>sg-1</groupId><groupName>web</groupName></item></groupSet>
      <networkInterfaceSet>
        <item><networkInterfaceId>eni-2</networkInterfaceId><subnetId>subnet-2</subnetId>
          <attachment><deviceIndex>1</deviceIndex><networkCardIndex>0</networkCardIndex></attachment>
          <ipv6AddressesSet><item><ipv6Address>fd00::2</ipv6Address></item></ipv6AddressesSet></item>
        <item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-1</subnetId>
          <attachment><deviceIndex>0</deviceIndex><networkCardIndex>0</networkCardIndex></attachment>
          <ipv6AddressesSet><item><ipv6Address>2a05:d014::1</ipv6Address><isPrimaryIpv6>true</isPrimaryIpv6></item></ipv6AddressesSet></item>
      </networkInterfaceSet>
      <tagSet><item><key>proxy:host</key><value>shop</value></item></tagSet>
    </item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
  DescribeSecurityGroups: `<DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><securityGroupInfo><item>
    <groupId>sg-1</groupId><ipPermissions>
      <item><ipProtocol>tcp</ipProtocol><fromPort>80</fromPort><toPort>81</toPort><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>
        <ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges><prefixListIds><item><prefixListId>pl-1</prefixListId></item></prefixListIds></item>
      <item><ipProtocol>-1</ipProtocol></item>
      <item><ipProtocol>icmpv6</ipProtocol><fromPort>2</fromPort><toPort>0</toPort>
        <ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges></item>
    </ipPermissions></item></securityGroupInfo></DescribeSecurityGroupsResponse>`,
  DescribeManagedPrefixLists: `<DescribeManagedPrefixListsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><prefixListSet>
    <item><prefixListId>pl-1</prefixListId><prefixListName>com.amazonaws.global.cloudfront.origin-facing</prefixListName></item>
    <item><prefixListId>pl-6</prefixListId><prefixListName>com.amazonaws.global.ipv6.cloudfront.origin-facing</prefixListName></item>
    </prefixListSet></DescribeManagedPrefixListsResponse>`,
  DescribeVpcAttribute: `<DescribeVpcAttributeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcId>vpc-1</vpcId>
    <enableDnsSupport><value>true</value></enableDnsSupport></DescribeVpcAttributeResponse>`,
  DescribeRouteTables: `<DescribeRouteTablesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><routeTableSet>
    <item><routeTableId>rtb-main</routeTableId><vpcId>vpc-1</vpcId>
      <associationSet><item><main>true</main></item></associationSet>
      <routeSet><item><destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock><egressOnlyInternetGatewayId>eigw-1</egressOnlyInternetGatewayId></item></routeSet></item>
    <item><routeTableId>rtb-own</routeTableId><vpcId>vpc-1</vpcId>
      <associationSet><item><main>false</main><subnetId>subnet-1</subnetId></item></associationSet>
      <routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-4</gatewayId></item>
        <item><destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock><gatewayId>igw-1</gatewayId></item></routeSet></item>
    <item><routeTableId>rtb-other</routeTableId><vpcId>vpc-2</vpcId>
      <associationSet><item><main>true</main></item></associationSet><routeSet/></item>
    </routeTableSet></DescribeRouteTablesResponse>`,
  DescribeNetworkAcls: `<DescribeNetworkAclsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><networkAclSet><item>
    <networkAclId>acl-1</networkAclId><associationSet><item><subnetId>subnet-1</subnetId></item></associationSet>
    <entrySet>
      <item><ruleNumber>100</ruleNumber><protocol>-1</protocol><ruleAction>allow</ruleAction><egress>false</egress><cidrBlock>0.0.0.0/0</cidrBlock></item>
      <item><ruleNumber>101</ruleNumber><protocol>6</protocol><ruleAction>allow</ruleAction><egress>false</egress><ipv6CidrBlock>::/0</ipv6CidrBlock>
        <portRange><from>80</from><to>81</to></portRange></item>
      <item><ruleNumber>32768</ruleNumber><protocol>-1</protocol><ruleAction>deny</ruleAction><egress>true</egress><ipv6CidrBlock>::/0</ipv6CidrBlock></item>
    </entrySet></item></networkAclSet></DescribeNetworkAclsResponse>`,
  'AWSEvents.DescribeRule': JSON.stringify({ Name: 'r', State: 'ENABLED' }),
  'AWSEvents.ListTargetsByRule': JSON.stringify({ Targets: [{ Id: 't', Arn: 'arn:q' }] }),
  'GraniteServiceVersion20100801.DescribeAlarms': JSON.stringify({
    MetricAlarms: [{ AlarmName: 'a', StateValue: 'OK', StateReason: 'below' }],
  }),
  'AmazonSQS.GetQueueUrl': JSON.stringify({ QueueUrl: 'http://sqs.local/111122223333/q.fifo' }),
  'AmazonSQS.GetQueueAttributes': JSON.stringify({
    Attributes: {
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: 'arn:dead', maxReceiveCount: 10 }),
    },
  }),
  'CertificateManager.DescribeCertificate': JSON.stringify({
    Certificate: { Status: 'ISSUED', SubjectAlternativeNames: ['a.example'], NotAfter: 1_800_000_000 },
  }),
  'CloudTrail_20131101.DescribeTrails': JSON.stringify({
    trailList: [{ Name: 'all', TrailARN: 'arn:t', HomeRegion: 'eu-west-1', IsMultiRegionTrail: true }],
  }),
  'CloudTrail_20131101.GetTrailStatus': JSON.stringify({ IsLogging: true }),
  'CloudTrail_20131101.GetEventSelectors': JSON.stringify({
    EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }],
  }),
  'GET /2015-03-31/event-source-mappings/uuid': JSON.stringify({
    State: 'Enabled',
    EventSourceArn: 'arn:q',
    FunctionArn: 'arn:f',
    LastProcessingResult: 'OK',
  }),
  'GET /2015-03-31/functions/updater/configuration': JSON.stringify({
    State: 'Active',
    Role: 'arn:r',
    Environment: { Variables: { DEPLOYMENT: 'main' } },
  }),
  'GET /2020-05-31/key-value-store/s': `<KeyValueStore xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><ARN>arn:s</ARN><Status>READY</Status></KeyValueStore>`,
  'GET /2020-05-31/function/router': 'function handler(){}',
  'GET /2020-05-31/distribution/E1': `<Distribution xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
    <DomainName>d1.cloudfront.net</DomainName><Status>Deployed</Status><DistributionConfig><Enabled>true</Enabled>
    <Aliases><Quantity>1</Quantity><Items><CNAME>a.example</CNAME></Items></Aliases><WebACLId>arn:w</WebACLId>
    <ViewerCertificate><ACMCertificateArn>arn:c</ACMCertificateArn></ViewerCertificate>
    <DefaultCacheBehavior><FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation>
      <FunctionARN>arn:router</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items></FunctionAssociations></DefaultCacheBehavior>
    <CacheBehaviors><Quantity>1</Quantity><Items><CacheBehavior><PathPattern>/_proxy/*</PathPattern><FunctionAssociations><Quantity>2</Quantity><Items>
      <FunctionAssociation><FunctionARN>arn:site-router</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation>
      <FunctionAssociation><FunctionARN>arn:headers</FunctionARN><EventType>viewer-response</EventType></FunctionAssociation></Items></FunctionAssociations></CacheBehavior></Items></CacheBehaviors>
  </DistributionConfig></Distribution>`,
  'GET /2020-05-31/distribution/E2': `<Distribution xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
    <DomainName>d2.cloudfront.net</DomainName><Status>Deployed</Status><DistributionConfig><Enabled>true</Enabled>
    <Origins><Quantity>2</Quantity><Items>
      <Origin><Id>site</Id><DomainName>site.s3.amazonaws.com</DomainName></Origin>
      <Origin><Id>api</Id><DomainName>site.s3.amazonaws.com</DomainName><CustomHeaders><Quantity>1</Quantity><Items>
        <OriginCustomHeader><HeaderName>X-Proxy-Settings-0</HeaderName><HeaderValue>{}</HeaderValue></OriginCustomHeader></Items></CustomHeaders></Origin>
    </Items></Origins>
    <CacheBehaviors><Quantity>2</Quantity><Items>
      <CacheBehavior><PathPattern>/_proxy/api/*</PathPattern><TargetOriginId>api</TargetOriginId>
        <LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>
          <LambdaFunctionARN>arn:concierge:3</LambdaFunctionARN><EventType>origin-request</EventType></LambdaFunctionAssociation></Items></LambdaFunctionAssociations></CacheBehavior>
      <CacheBehavior><PathPattern>/_proxy/*</PathPattern><TargetOriginId>site</TargetOriginId></CacheBehavior></Items></CacheBehaviors>
  </DistributionConfig></Distribution>`,
  'secretsmanager.DescribeSecret': JSON.stringify({
    ARN: 'arn',
    LastChangedDate: 1_795_000_000,
    KmsKeyId: 'alias/aws/secretsmanager',
  }),
  'secretsmanager.GetSecretValue': JSON.stringify({ SecretString: 'a secret\n' }),
  'GraniteServiceVersion20100801.ListMetrics': JSON.stringify({
    Metrics: [{ Namespace: 'AWS/Logs', MetricName: 'IncomingBytes' }],
  }),
  DescribeRegions: `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><regionInfo>
    <item><regionName>eu-west-1</regionName></item><item><regionName>us-east-2</regionName></item></regionInfo></DescribeRegionsResponse>`,
  'GET /access/access.json': '{"sequence":7}',
  'GET /.well-known/openid-configuration': JSON.stringify({ issuer: 'https://login.example.com' }),
};

/** Answers of the services for a missing resource, with the status. */
export const ABSENT: Readonly<Record<string, [number, string]>> = {
  DescribeStacks: [
    400,
    '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id s does not exist</Message></Error></ErrorResponse>',
  ],
  'AWSEvents.DescribeRule': [
    400,
    JSON.stringify({ __type: 'ResourceNotFoundException', message: 'no rule' }),
  ],
  'secretsmanager.DescribeSecret': [
    400,
    JSON.stringify({ __type: 'ResourceNotFoundException', message: 'none' }),
  ],
  'secretsmanager.GetSecretValue': [400, JSON.stringify({ __type: 'AccessDeniedException', message: 'no' })],
  'GET /access/access.json': [404, '<Error><Code>NoSuchKey</Code><Message>none</Message></Error>'],
  'GET /.well-known/openid-configuration': [404, '<html>'],
  'GET /2020-05-31/function/router': [
    404,
    '<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchFunctionExists</Code><Message>none</Message></Error></ErrorResponse>',
  ],
};
