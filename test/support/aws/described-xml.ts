import { decodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import { printIpv6 } from '../../../core/ec2/ipv6.ts';
import type { Instance } from '../../../core/instance.ts';
import { STATE_CODES } from '../../../local/ec2/transitions.ts';
import { printXml, printXmlDocument, type XmlElements } from '../../../local/xml.ts';
import { nameIn } from '../values/instances.ts';

/**
 * A page of DescribeInstances as EC2 writes it, with the members that we do not read, because parsing is most of a listing's
 * work.
 */
export function describedXml(instances: readonly Instance[], nextToken?: string): string {
  const items = instances.map(reservationText).join('');
  const rest = nextToken === undefined ? '' : printXml({ nextToken });
  return printXmlDocument('DescribeInstancesResponse', 'http://ec2.amazonaws.com/doc/2016-11-15/', {
    requestId: '8f7724cf-496f-496e-8fe3-example',
    reservationSet: MARK,
  }).replace(`${MARK}</reservationSet>`, () => `${items}</reservationSet>${rest}`);
}

const MARK = 'reservations';

/** A cache, because tests list large fleets repeatedly. */
const texts = new WeakMap<Instance, string>();

function reservationText(instance: Instance): string {
  const known = texts.get(instance);
  if (known !== undefined) return known;
  const { account, id } = instance;
  const text = printXml({
    item: {
      reservationId: `r-${id.slice(2)}`,
      ownerId: account,
      groupSet: '',
      instancesSet: { item: instanceElements(instance) },
    },
  });
  texts.set(instance, text);
  return text;
}

/** The members of the example in the API reference, with values of realistic length: about 4 KB. */
function instanceElements(instance: Instance): XmlElements {
  const publicName = ipv4NameOf(instance);
  const { id, state, region, tags, launchedAt } = instance;
  const [vpcId, subnetId, address] = [
    instance.vpc ?? 'vpc-1234567890abcdef0',
    'subnet-5678901234example',
    '10.0.12.7',
  ];
  const launchTime = new Date(launchedAt * 1000).toISOString();
  const groupSet = { item: { groupId: 'sg-0123456789abcdef0', groupName: 'apps-behind-the-edge' } };
  const privateDnsName = `ip-10-0-12-7.${region}.compute.internal`;
  return {
    instanceId: id,
    imageId: 'ami-0abcdef1234567890',
    instanceState: { code: STATE_CODES[state], name: state },
    privateDnsName,
    dnsName: publicName,
    reason: '',
    keyName: 'team-key',
    amiLaunchIndex: 0,
    productCodes: '',
    instanceType: 't4g.small',
    launchTime,
    placement: {
      availabilityZone: `${region}a`,
      availabilityZoneId: 'use1-az4',
      groupName: '',
      tenancy: 'default',
    },
    monitoring: { state: 'disabled' },
    subnetId,
    vpcId,
    ...(instance.isIpv6Only ? {} : { privateIpAddress: address }),
    ...(publicName === '' ? {} : { ipAddress: '203.0.113.7' }),
    sourceDestCheck: true,
    groupSet,
    architecture: 'arm64',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    blockDeviceMapping: {
      item: {
        deviceName: '/dev/xvda',
        ebs: {
          volumeId: 'vol-0a1b2c3d4e5f67890',
          status: 'attached',
          attachTime: launchTime,
          deleteOnTermination: true,
        },
      },
    },
    virtualizationType: 'hvm',
    clientToken: 'd0e5e0a8-5f3d-4f4d-9d5b-1c1f2e3d4c5b',
    tagSet: {
      item: Object.entries({ Name: 'an app of a team', ...tags }).map(([key, value]) => ({ key, value })),
    },
    hypervisor: 'xen',
    networkInterfaceSet: {
      item: interfaceElements(instance, { vpcId, subnetId, address, groupSet, privateDnsName }),
    },
    iamInstanceProfile: {
      arn: 'arn:aws:iam::123456789012:instance-profile/app',
      id: 'AIPACKCEVSQ6C2EXAMPLE',
    },
    ebsOptimized: false,
    enaSupport: true,
    cpuOptions: { coreCount: 2, threadsPerCore: 1 },
    capacityReservationSpecification: { capacityReservationPreference: 'open' },
    hibernationOptions: { configured: false },
    metadataOptions: {
      state: 'applied',
      httpTokens: 'required',
      httpPutResponseHopLimit: 2,
      httpEndpoint: 'enabled',
      httpProtocolIpv6: 'disabled',
      instanceMetadataTags: 'disabled',
    },
    enclaveOptions: { enabled: false },
    bootMode: 'uefi',
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    usageOperationUpdateTime: launchTime,
    privateDnsNameOptions: {
      hostnameType: 'ip-name',
      enableResourceNameDnsARecord: true,
      enableResourceNameDnsAAAARecord: false,
    },
    maintenanceOptions: { autoRecovery: 'default', rebootMigration: 'default' },
    currentInstanceBootMode: 'uefi',
    operator: { managed: false },
  };
}

interface Net {
  vpcId: string;
  subnetId: string;
  address: string;
  groupSet: XmlElements;
  privateDnsName: string;
}

/** The public IPv4 name; `''` if it has none. */
function ipv4NameOf({ address }: Instance): string {
  return address?.via === 'ipv4' ? nameIn(address) : '';
}

/** The public IPv6 address; a unique local one for an instance that has only that. */
function ipv6Of({ ipv6 }: Instance): string | undefined {
  if (ipv6 === undefined) return undefined;
  const bits = typeof ipv6 === 'object' ? decodeIpAwsName(ipv6.name)?.ipv6 : undefined;
  return bits === undefined ? 'fd00::7' : printIpv6(bits);
}

function interfaceElements(instance: Instance, net: Net): XmlElements {
  const { id, launchedAt, account, interfaces = [`eni-${id.slice(2)}`] } = instance;
  const publicName = ipv4NameOf(instance);
  const ipv6Address = ipv6Of(instance);
  const { vpcId, subnetId, address, groupSet, privateDnsName } = net;
  const association =
    publicName === ''
      ? undefined
      : { publicIp: '203.0.113.7', publicDnsName: publicName, ipOwnerId: 'amazon' };
  return {
    networkInterfaceId: interfaces[0] ?? '',
    subnetId,
    vpcId,
    description: 'Primary network interface',
    ownerId: account,
    status: 'in-use',
    macAddress: '02:7c:4f:0a:1b:2c',
    privateIpAddress: address,
    privateDnsName,
    sourceDestCheck: true,
    groupSet,
    attachment: {
      attachmentId: 'eni-attach-0a1b2c3d4e5f67890',
      deviceIndex: 0,
      status: 'attached',
      attachTime: new Date(launchedAt * 1000).toISOString(),
      deleteOnTermination: true,
      networkCardIndex: 0,
    },
    association,
    privateIpAddressesSet: {
      item: { privateIpAddress: address, privateDnsName, primary: true, association },
    },
    ipv6AddressesSet: ipv6Address === undefined ? '' : { item: { ipv6Address, isPrimaryIpv6: true } },
    interfaceType: 'interface',
    operator: { managed: false },
  };
}
