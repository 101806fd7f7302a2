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
      <groupSet><item><groupId>sg-1</groupId><groupName>web</groupName></item></groupSet>
      <tagSet><item><key>proxy:host</key><value>shop</value></item></tagSet>
    </item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
  DescribeSecurityGroups: `<DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><securityGroupInfo><item>
    <groupId>sg-1</groupId><ipPermissions>
      <item><ipProtocol>tcp</ipProtocol><fromPort>80</fromPort><toPort>81</toPort><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>
        <ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges><prefixListIds><item><prefixListId>pl-1</prefixListId></item></prefixListIds></item>
      <item><ipProtocol>-1</ipProtocol></item>
    </ipPermissions></item></securityGroupInfo></DescribeSecurityGroupsResponse>`,
  DescribeManagedPrefixLists: `<DescribeManagedPrefixListsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><prefixListSet><item>
    <prefixListId>pl-1</prefixListId></item></prefixListSet></DescribeManagedPrefixListsResponse>`,
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
      <FunctionAssociation><FunctionARN>arn:router</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation>
      <FunctionAssociation><FunctionARN>arn:headers</FunctionARN><EventType>viewer-response</EventType></FunctionAssociation></Items></FunctionAssociations></CacheBehavior></Items></CacheBehaviors>
  </DistributionConfig></Distribution>`,
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
  'GET /2020-05-31/function/router': [
    404,
    '<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchFunctionExists</Code><Message>none</Message></Error></ErrorResponse>',
  ],
};
