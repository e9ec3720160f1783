import { playScenarios, useDesktop } from '#support/desktop.ts';
import { deceptions } from '../desktop/scenarios/deceptions.ts';
import { startElectronDesktop } from './electron-desktop.ts';

playScenarios(deceptions, useDesktop(startElectronDesktop));
