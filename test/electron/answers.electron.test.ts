import { playScenarios, useDesktop } from '#support/desktop.ts';
import { answers } from '../desktop/scenarios/answers.ts';
import { startElectronDesktop } from './electron-desktop.ts';

playScenarios(answers, useDesktop(startElectronDesktop));
