import type { Mode } from '../../core/plan/policies/mode.ts';
import type { PlanInputs } from './differences.ts';

/** The facts about a deployment that a plan needs. */
export interface PlanFacts extends Omit<PlanInputs, 'now'> {
  /** How far its updater may change the store. */
  mode: Mode;
}
