import type { MendPrinter } from '../../core/explain/names/print-mend.ts';
import type { Place } from '../../core/explain/question.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { Routers } from '../../local/edge/function/deployed-router.ts';
import type { Published } from '../cloud/published.ts';
import type { ObjectPlace } from '../object-place.ts';

/** The documents about the names of a deployment. */
export interface NameSource {
  baseDomain: string;
  /** The routes and problems that the updater has published. */
  readLists(): Promise<Published>;
  journal: ObjectPlace;
  /** How far back the journal is read. */
  days: number;
}

/** The parts of a deployment that decide about a request. */
export interface Deployed {
  place: Place;
  /** The code of the routers that viewers reach. */
  routers: Routers;
  distributionDomainName: string;
  /** The host of the portal, with its port: of the base domain, or of the bare domain. */
  entrance: string;
  /** Reads keys of the store as they are now. It refuses the keys of sign-in, which are secret. */
  read(keys: readonly Hostname[]): Promise<ReadonlyMap<Hostname, string>>;
  /** Opens the documents that explain a name which no app answers. */
  openNames(): Promise<NameSource>;
  printMend: MendPrinter;
}
