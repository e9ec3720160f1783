import { playScenarios, useDesktop } from '#support/desktop.ts';
import { startDoubledDesktop } from '#support/doubled-desktop.ts';
import { settings } from './scenarios/settings.ts';

playScenarios(settings, useDesktop(startDoubledDesktop));
