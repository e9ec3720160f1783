import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'plist';
import { describe, expect, it } from 'vitest';
import type { Capability } from '#ipc/permissions.ts';
import { release, root } from './configurations.ts';

const { mac } = release;
const entitlementsIn = (file: string): unknown => parse(readFileSync(join(root, file), 'utf8'));

describe('the entitlements', () => {
  it('give the app just-in-time code, Apple events, microphone and camera, and nothing else', () => {
    expect(entitlementsIn(mac.entitlements)).toEqual({
      'com.apple.security.cs.allow-jit': true,
      'com.apple.security.automation.apple-events': true,
      'com.apple.security.device.audio-input': true,
      'com.apple.security.device.camera': true,
    });
  });

  it('give the helpers just-in-time code only', () => {
    expect(entitlementsIn(mac.entitlementsInherit)).toEqual({
      'com.apple.security.cs.allow-jit': true,
    });
  });
});

describe('what the bundle says about itself', () => {
  const { LSUIElement, ...texts } = mac.extendInfo;

  it('runs on macOS 13 and newer, hardened, and without a place in the Dock', () => {
    expect(mac).toMatchObject({ minimumSystemVersion: '13.0', hardenedRuntime: true });
    expect(LSUIElement).toBe(true);
  });

  /** Empty where the question of macOS has no place for a text. */
  const textsFor: Readonly<Record<Capability, readonly string[]>> = {
    notifications: [],
    accessibility: [],
    // For the sound; the question about the picture has none.
    screenRecording: ['NSAudioCaptureUsageDescription'],
    automation: ['NSAppleEventsUsageDescription'],
    microphone: ['NSMicrophoneUsageDescription'],
    camera: ['NSCameraUsageDescription'],
  };

  /** macOS asks for these when a command touches them; there is nothing to ask for beforehand. */
  const places = [
    'DesktopFolder',
    'DocumentsFolder',
    'DownloadsFolder',
    'LocalNetwork',
    'NetworkVolumes',
    'RemovableVolumes',
  ];

  it('has a text for every permission that a command can need, and for no other', () => {
    const expected = [
      ...Object.values(textsFor).flat(),
      ...places.map((place) => `NS${place}UsageDescription`),
    ];
    expect(Object.keys(texts).sort()).toEqual(expected.sort());
  });

  it.each(Object.entries(texts))('%s is one sentence', (_, text) => {
    expect(text).toMatch(/^Commands that you allow can [^.!]+\.$/);
  });
});
