import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Reply, replyListener } from '../../http-reply.ts';
import { printXml, printXmlDocument, type XmlElements } from '../../xml.ts';
import type { LocalFleet } from '../fleet.ts';
import { type Caller, parseSigner } from './caller.ts';
import { changesAnswer, describeAnswer, reservationAnswer } from './ec2-answers.ts';
import { describePage, parseDescribeRequest } from './ec2-describe.ts';
import { Ec2Error } from './ec2-error.ts';
import {
  type Form,
  parseForm,
  parseInstanceTags,
  parseIpv6Call,
  parseLaunch,
  parseTagSelectors,
  parseTexts,
} from './ec2-form.ts';

/** The API version of the SDK, which is part of the XML namespace. */
const VERSION = '2016-11-15';

type Action = (fleet: LocalFleet, form: Form, caller: Caller) => XmlElements;

const DONE: XmlElements = { return: true };

/** The supported calls by `Action`. */
const ACTIONS: Readonly<Record<string, Action>> = {
  RunInstances: (fleet, form, caller) => reservationAnswer(fleet.runInstances(parseLaunch(form), caller)),
  DescribeInstances: (fleet, form) => describeAnswer(describePage(fleet.list(), parseDescribeRequest(form))),
  StartInstances: (fleet, form, caller) =>
    changesAnswer(fleet.startInstances(parseTexts(form, 'InstanceId'), caller)),
  StopInstances: (fleet, form, caller) =>
    changesAnswer(fleet.stopInstances(parseTexts(form, 'InstanceId'), caller)),
  TerminateInstances: (fleet, form, caller) =>
    changesAnswer(fleet.terminateInstances(parseTexts(form, 'InstanceId'), caller)),
  AssignIpv6Addresses: (fleet, form, caller) => {
    const { interfaceId, ...wanted } = parseIpv6Call(form);
    const item = fleet.assignIpv6Addresses(interfaceId, wanted, caller);
    return { networkInterfaceId: interfaceId, assignedIpv6Addresses: { item } };
  },
  UnassignIpv6Addresses: (fleet, form, caller) => {
    const { interfaceId, addresses = [] } = parseIpv6Call(form);
    const item = fleet.unassignIpv6Addresses(interfaceId, addresses, caller);
    return { networkInterfaceId: interfaceId, unassignedIpv6Addresses: { item } };
  },
  CreateTags: (fleet, form, caller) => {
    fleet.createTags(parseTexts(form, 'ResourceId'), parseInstanceTags(form), caller);
    return DONE;
  },
  DeleteTags: (fleet, form, caller) => {
    fleet.deleteTags(parseTexts(form, 'ResourceId'), parseTagSelectors(form), caller);
    return DONE;
  },
};

/** EC2's query API for a fleet: `POST /` with a form body, answers and errors in EC2's XML. */
export function ec2Handler({ fleet }: { fleet: LocalFleet }): RequestListener {
  return replyListener((request) => handleEc2Call(fleet, request), ec2ErrorReply);
}

async function handleEc2Call(fleet: LocalFleet, request: IncomingMessage): Promise<Reply> {
  const accessKeyId = parseSigner(request, 'ec2');
  if (accessKeyId === undefined) {
    throw new Ec2Error(
      'AuthFailure',
      'AWS was not able to validate the provided access credentials: sign the request for ec2 and send it to a loopback address.',
      401,
    );
  }
  const form = parseForm(await text(request));
  const name = form.get('Action') ?? '';
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    throw new Ec2Error('InvalidAction', `The action ${name} is not valid for this web service.`);
  }
  const caller = parseCaller(request, form, accessKeyId);
  const elements = { requestId: caller.requestId, ...action(fleet, form, caller) };
  const namespace = `http://ec2.amazonaws.com/doc/${VERSION}/`;
  return ec2Reply(200, printXmlDocument(`${name}Response`, namespace, elements));
}

function parseCaller(request: IncomingMessage, form: Form, accessKeyId: string): Caller {
  return {
    requestId: randomUUID(),
    accessKeyId,
    sourceAddress: request.socket.remoteAddress ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    dryRun: form.get('DryRun') === 'true',
  };
}

/** Any other error than an Ec2Error is a bug of ours, and a server error for the SDK. */
function ec2ErrorReply(error: unknown): Reply {
  const { code, message, status } =
    error instanceof Ec2Error ? error : new Ec2Error('InternalError', String(error), 500);
  const elements = {
    Response: { Errors: { Error: { Code: code, Message: message } }, RequestID: randomUUID() },
  };
  return ec2Reply(status, `<?xml version="1.0" encoding="UTF-8"?>\n${printXml(elements)}`);
}

function ec2Reply(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body };
}
