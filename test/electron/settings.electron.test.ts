import { playScenarios, useDesktop } from '#support/desktop.ts';
import { settings } from '../desktop/scenarios/settings.ts';
import { startElectronDesktop } from './electron-desktop.ts';

playScenarios(settings, useDesktop(startElectronDesktop));
