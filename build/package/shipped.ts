/** Stands in for the modules that build from sources, in the command line of the package. */
import { cpSync, rmSync } from 'node:fs';
import { packagePath } from '../../infra/packaged.ts';
import { readShippedHeaders, readShippedRouter, readShippedSiteRouter } from '../../infra/shipped-parts.ts';
import type * as concierge from '../concierge.ts';
import type * as crt from '../crt.ts';
import type * as edge from '../edge.ts';
import type * as functions from '../functions.ts';
import type * as portal from '../portal.ts';
import type * as traffic from '../traffic.ts';
import type * as updater from '../updater.ts';

export const buildEdge: typeof edge.buildEdge = readShippedRouter;

export const buildSiteRouter: typeof edge.buildSiteRouter = readShippedSiteRouter;

export const buildHeaders: typeof edge.buildHeaders = readShippedHeaders;

/** A copy, because npm may replace the package while a process runs. */
export const buildUpdater: typeof updater.buildUpdater = async (outdir) => {
  cpSync(packagePath('dist/package/local-updater'), outdir, { recursive: true });
  return [];
};

export const buildTraffic: typeof traffic.buildTraffic = async (outdir) => {
  cpSync(packagePath('dist/package/traffic'), outdir, { recursive: true });
  return [];
};

export const buildConcierge: typeof concierge.buildConcierge = async (outdir) => {
  cpSync(packagePath('dist/package/concierge'), outdir, { recursive: true });
  return [];
};

export const buildPortal: typeof portal.buildPortal = (outdir) => {
  rmSync(outdir, { recursive: true, force: true });
  cpSync(packagePath('dist/package/portal'), outdir, { recursive: true });
  return [];
};

/** The shipped updater signs in JavaScript. */
export const hostCrtBinary: typeof crt.hostCrtBinary = () => ({});

/** Copies never differ from their sources. */
export const buildChanged: typeof functions.buildChanged = async (builds = {}) => {
  for (const [folder, build] of Object.entries(builds)) await build(folder);
};
