using Backup.Sidecar.CommandLine;

return await CommandProcess.RunAsync(args);
