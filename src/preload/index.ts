import { contextBridge, ipcRenderer } from 'electron';
import { createBridge } from '#ipc/preload-side.ts';

contextBridge.exposeInMainWorld('companion', createBridge(ipcRenderer));
