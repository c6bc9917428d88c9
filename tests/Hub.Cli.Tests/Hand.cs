using Microsoft.Extensions.Time.Testing;

namespace Hub.Cli.Tests;

/// <summary>Types command lines: a folder of its own, variables of its own, a clock that stands.</summary>
internal sealed class Hand : IDisposable
{
    public Hand()
    {
        Folder = Directory.CreateTempSubdirectory("hub-cli-").FullName;
        Time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test"));
    }

    public static DateTimeOffset Now { get; } = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public string Folder { get; }

    public Dictionary<string, string> Variables { get; } = [];

    public FakeTimeProvider Time { get; } = new(Now);

    public async Task<Typed> TypeAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            arguments,
            new CommandContext(output, error, Variables.GetValueOrDefault, Time, Folder),
            TestContext.Current.CancellationToken);
        return new Typed(exitCode, output.ToString(), error.ToString());
    }

    public Task<Typed> TypeAsync(ControlStandIn control, params string[] arguments) =>
        TypeAsync([.. arguments, "--control", control.Address.ToString(), "--token", ControlStandIn.Token]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    internal sealed record Typed(int ExitCode, string Output, string Error);
}
