import { playScenarios, useDesktop } from '#support/desktop.ts';
import { endings } from '../desktop/scenarios/endings.ts';
import { startElectronDesktop } from './electron-desktop.ts';

playScenarios(endings, useDesktop(startElectronDesktop));
