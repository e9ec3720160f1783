import { playScenarios, useDesktop } from '#support/desktop.ts';
import { startDoubledDesktop } from '#support/doubled-desktop.ts';
import { answers } from './scenarios/answers.ts';

playScenarios(answers, useDesktop(startDoubledDesktop));
