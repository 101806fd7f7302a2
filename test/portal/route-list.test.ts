import { describe, vi } from 'vitest';
import { MOST_WHOLE } from '../../core/journal/changes-file.ts';
import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { examineListReader } from '../contracts/list-reader.ts';

describe('the portal', () => {
  examineListReader(async () => {
    // It remembers the last list.
    vi.resetModules();
    const lists: { loadList: () => Promise<RoutesFile> } = await import(`../../portal/${'route-list.js'}`);
    const changes: { followChanges: (list: RoutesFile) => Promise<RoutesFile> } = await import(
      `../../portal/${'list-changes.js'}`
    );
    // As portal.js does.
    return async () => {
      const list = await lists.loadList();
      return list.routes.length <= MOST_WHOLE ? list : changes.followChanges(list);
    };
  });
});
