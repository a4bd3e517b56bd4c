/** `import '@fleetglass/react/styles.css'` is for its side effect only. */
export {};
