/** Parses the output of `aws ec2 describe-instances`. */
import type { DescribedReservation } from '../core/ec2/described-instance.ts';
import { INSTANCE_STATES, instanceId } from '../core/instance.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import {
  anyText,
  count,
  Fault,
  flag,
  instant,
  listOf,
  type Optional,
  objectWith,
  oneOf,
  type Schema,
  text,
} from '../core/schema.ts';

/** The fields that routes depend on. A query that omits one would give other routes. */
interface PrintedInstance {
  InstanceId: string;
  State: { Name: string };
  LaunchTime: string;
  PublicDnsName?: string | undefined;
  PrivateIpAddress?: string | undefined;
  NetworkInterfaces?: PrintedInterface[] | undefined;
  VpcId?: string | undefined;
  Tags?: { Key: string; Value: string }[] | undefined;
}

interface PrintedInterface {
  NetworkInterfaceId?: string | undefined;
  Status?: string | undefined;
  Attachment?: PrintedAttachment | undefined;
  Ipv6Addresses?: PrintedIpv6[] | undefined;
}

interface PrintedAttachment {
  DeviceIndex?: number | undefined;
  NetworkCardIndex?: number | undefined;
}

interface PrintedIpv6 {
  Ipv6Address?: string | undefined;
  IsPrimaryIpv6?: boolean | undefined;
}

/** A query prints null for an absent value. */
function orNull<T>(schema: Schema<T>): Optional<T> {
  return { optional: (json) => (json === null ? (undefined as T) : schema(json)) };
}

const INTERFACE = objectWith<PrintedInterface>({
  NetworkInterfaceId: orNull(text),
  Status: orNull(text),
  Attachment: orNull(
    objectWith<PrintedAttachment>({ DeviceIndex: orNull(count), NetworkCardIndex: orNull(count) }),
  ),
  Ipv6Addresses: orNull(
    listOf(objectWith<PrintedIpv6>({ Ipv6Address: orNull(text), IsPrimaryIpv6: orNull(flag) })),
  ),
});

const INSTANCE = objectWith<PrintedInstance>({
  InstanceId: instanceId,
  State: objectWith<PrintedInstance['State']>({ Name: oneOf(...INSTANCE_STATES) }),
  LaunchTime: instant,
  PublicDnsName: orNull(anyText),
  PrivateIpAddress: orNull(text),
  NetworkInterfaces: orNull(listOf(INTERFACE)),
  VpcId: orNull(text),
  Tags: orNull(listOf(objectWith<{ Key: string; Value: string }>({ Key: text, Value: anyText }))),
});

interface PrintedReservation {
  OwnerId?: string;
  Instances: PrintedInstance[];
}

const RESERVATION = objectWith<PrintedReservation>({ OwnerId: orNull(text), Instances: listOf(INSTANCE) });
const ANSWER = objectWith<{ Reservations: PrintedReservation[] }>({ Reservations: listOf(RESERVATION) });

/** Accepts an answer, a reservation or an instance, and lists of these as pages and queries print them. */
export const parseDescribedFleet: Schema<DescribedReservation[]> = (json) => {
  if (!Array.isArray(json)) return parsePiece(json);
  const pieces = listOf((each: Json) => (Array.isArray(each) ? parseDescribedFleet(each) : parsePiece(each)))(
    json,
  );
  return pieces instanceof Fault ? pieces : pieces.flat();
};

function parsePiece(json: Json): DescribedReservation[] | Fault {
  if (!isJsonObject(json)) return new Fault('', 'an answer with Reservations, a reservation or an instance');
  if ('Instances' in json) return toList(RESERVATION(json));
  if ('InstanceId' in json) {
    const instance = INSTANCE(json);
    return instance instanceof Fault ? instance : [{ Instances: [instance] }];
  }
  const answer = ANSWER(json);
  return answer instanceof Fault ? answer : answer.Reservations;
}

function toList<T>(value: T | Fault): T[] | Fault {
  return value instanceof Fault ? value : [value];
}
