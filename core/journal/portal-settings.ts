import type { Detail } from './routes-file.ts';

/** How much the documents beside the portal say. */
export interface PortalSettings {
  detail: Detail;
  /** Keys of instances' tags to show. */
  tags: readonly string[];
  /** Whether the documents name the callers of events. */
  principals: boolean;
}

/** The tags that are shown unless the deployment chooses others. */
export const USUAL_TAGS: readonly string[] = ['owner', 'team'];

export const FULL_PORTAL: PortalSettings = { detail: 'full', tags: USUAL_TAGS, principals: true };
