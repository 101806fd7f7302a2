import {
  DescribeInstancesCommand,
  type DescribeInstancesRequest,
  type EC2Client,
  EC2ServiceException,
  type Filter,
} from '@aws-sdk/client-ec2';
import { isAttachment } from '../../core/events/named-ids.ts';
