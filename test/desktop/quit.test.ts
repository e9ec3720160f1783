import { playScenarios, useDesktop } from '#support/desktop.ts';
import { startDoubledDesktop } from '#support/doubled-desktop.ts';
import { quitting } from './scenarios/quitting.ts';

playScenarios(quitting, useDesktop(startDoubledDesktop));
