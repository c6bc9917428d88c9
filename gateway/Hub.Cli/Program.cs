using Hub.Cli;

return await CommandLine.RunAsync(
    args,
    new CommandContext(
        Console.Out, Console.Error, Environment.GetEnvironmentVariable, TimeProvider.System, Environment.CurrentDirectory));
