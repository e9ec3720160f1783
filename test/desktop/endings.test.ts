import { playScenarios, useDesktop } from '#support/desktop.ts';
import { startDoubledDesktop } from '#support/doubled-desktop.ts';
import { endings } from './scenarios/endings.ts';

playScenarios(endings, useDesktop(startDoubledDesktop));
