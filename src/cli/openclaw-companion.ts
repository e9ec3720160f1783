#!/usr/bin/env node
import { keepHeapSmall } from '#host/small-heap.ts';
import { runOnNewNode } from './node-version.ts';

keepHeapSmall();
await runOnNewNode(async () => (await import('./companion-program.ts')).runCompanionProgram());
