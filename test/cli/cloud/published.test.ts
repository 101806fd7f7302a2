import { describe } from 'vitest';
import { readPublished } from '../../../cli/cloud/published.ts';
import { examineListReader } from '../../contracts/list-reader.ts';

describe('the command line', () => {
  examineListReader(async () => () => readPublished({ api: 'http://127.0.0.1:8081' }));
});
