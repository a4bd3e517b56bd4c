console.log('The repository review starts here.');
