import { homedir } from 'node:os';
import { companionConfigSchema } from '#core/config.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { redactedSnapshot } from '#core/policy/document.ts';
import { createPolicyEngine } from '#core/policy/engine.ts';
import { createExplain, type ExplainQuestion } from '#host/exec/explain.ts';
import { createPathProbe } from '#host/exec/path-probe.ts';
import { ownSearchPath } from '#host/exec/search-path.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { readConfig } from '#host/store/config-store.ts';
import { readPolicy } from '#host/store/policy-view.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '#host/system.ts';
import {
  type PolicyExplanation,
  type PolicyView,
  policyExplanationSchema,
  policyViewSchema,
} from '#protocol/control-policy.ts';
import type { ControlRequest } from '#protocol/control-socket.ts';
import type { CliContext } from './context.ts';

/** An answer, and whether the companion that decides gave it. */
export interface Sourced<T> {
  readonly answer: T;
  /** False: read here from the files, because no companion runs. */
  readonly live: boolean;
}

/** The policy that is in force, or what the document says while no companion runs. */
export async function policyView(context: CliContext): Promise<Sourced<PolicyView>> {
  const live = await ask(context, { op: 'policy.get' });
  if (live !== null) return { answer: policyViewSchema.parse(live), live: true };
  const onDisk = await policyOnDisk(context);
  const current = onDisk.current();
  const { path, hash, file } = redactedSnapshot(current);
  const unconfirmed = [...onDisk.unconfirmed()];
  const { problem } = current;
  return { answer: { path, hash, problem, unconfirmed, document: file }, live: false };
}

/** What would happen to a command. PATH and policy are the companion's own while it runs. */
export async function explanation(
  context: CliContext,
  question: ExplainQuestion,
): Promise<Sourced<PolicyExplanation>> {
  const live = await ask(context, { op: 'policy.explain', ...mutable(question) });
  if (live !== null) return { answer: policyExplanationSchema.parse(live), live: true };
  const { env, stateDir } = context;
  const home = homedir();
  const config = (await readConfig(stateDir.config)) ?? companionConfigSchema.parse({ version: 1 });
  const searchPath = ownSearchPath(env, config);
  const explain = createExplain({
    clock,
    plan: { probe: createPathProbe(), hasher, baseEnv: env, searchPath, home },
    // Only a Gateway can tell which programs its skills bring.
    engine: createPolicyEngine({ hasher, home, skillBins: () => new Set() }),
    store: await policyOnDisk(context),
  });
  return { answer: await explain(question), live: false };
}

/** Said where the files had to answer. */
export function tellSource({ io, json, stateDir }: CliContext, { live }: Sourced<unknown>): void {
  if (!live && !json) io.err(messages.cli.policy.notRunning(stateDir.approvals));
}

function policyOnDisk({ stateDir }: CliContext) {
  return readPolicy({ path: stateDir.approvals, ids, hasher });
}

/** The request as the wire wants it. */
function mutable({ argv, env, agentId, cwd }: ExplainQuestion) {
  const [program, ...args] = argv;
  return {
    argv: [program, ...args] satisfies [string, ...string[]],
    env: { ...env },
    agentId,
    cwd,
  };
}

/** Null when no companion runs. */
async function ask({ stateDir }: CliContext, request: ControlRequest): Promise<unknown> {
  try {
    return await callControl(stateDir.controlSocket, request);
  } catch (error) {
    if (error instanceof CompanionError && error.code === 'UNREACHABLE') return null;
    throw error;
  }
}
