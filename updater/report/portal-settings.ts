import type { Detail } from '../../core/journal/routes-file.ts';

/** How much the documents beside the portal say. */
export interface PortalSettings {
  detail: Detail;
  /** Keys of instances' tags to show. */
  tags: readonly string[];
  /** Whether the documents name the callers of events. */
  principals: boolean;
}

/** The tags that are shown unless the deployment chooses others. */
export const USUAL_TAGS = ['owner', 'team'] as const;

export const FULL_PORTAL: PortalSettings = { detail: 'full', tags: USUAL_TAGS, principals: true };
