#!/usr/bin/env node
import { runOnNewNode } from './node-version.ts';

await runOnNewNode(async () => (await import('./mac-program.ts')).runMacProgram());
