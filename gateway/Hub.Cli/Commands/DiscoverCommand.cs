using System.CommandLine;
using Hub.Cli.Discovering;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;
using Hub.Gateway.Discovering;

namespace Hub.Cli.Commands;

internal sealed class DiscoverCommand : HubCommand
{
    private const int Rows = 40;

    /// <summary>A gateway forgets a watch that nobody asks for in half a minute.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(5);

    private readonly Option<string[]> _log;
    private readonly Option<string> _live;
    private readonly Option<string> _out;
    private readonly Option<string> _legacy;
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public DiscoverCommand(CommandContext context)
        : base(context, "discover",
            "What a shop is asked for: routes by volume, method and caller, GETs that may write, forms, and groups as a config to edit. "
            + "From access logs (nginx, Apache, IIS, CloudFront, JSON lines; .gz too) or from the gateways that run.",
            "hub discover --log access.log --log access.log.1.gz --out hub.json", "hub discover --live 10m")
    {
        _log = Flag<string[]>("--log", "A log to read; may be repeated.", "FILE");
        _log.AllowMultipleArgumentsPerToken = true;
        _live = Flag<string>("--live", "Let the gateways count for so long: 90s, 10m, 2h.", "TIME");
        _out = Flag<string>("--out", "Write the proposed config; a file that is there is never overwritten.", "FILE");
        _legacy = Flag<string>("--legacy", "With --out: where legacy is reached.", "URL");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var logs = parsed.GetValue(_log) ?? [];
        var live = parsed.GetValue(_live);
        if (logs.Length > 0 == live is not null)
        {
            throw new UsageException("Name logs with --log FILE, or watch the gateways with --live 10m; one of the two.");
        }

        Uri? legacy = null;
        if (parsed.GetValue(_legacy) is { } address
            && (!Uri.TryCreate(address, UriKind.Absolute, out legacy) || legacy.Scheme is not ("http" or "https")))
        {
            throw new UsageException($"--legacy {address} is no shop's address. Write it as http://10.0.0.5:8000.");
        }

        // Before the work, so that a log of a gigabyte isn't read for nothing.
        var file = parsed.GetValue(_out);
        if (file is not null && File.Exists(Context.FullPath(file)))
        {
            throw new CommandFailedException($"{file} is there already, and is never overwritten. To do: name another with --out.");
        }

        var traffic = live is null ? FromLogs(logs, cancellationToken) : await FromGatewaysAsync(parsed, live, cancellationToken);
        _output.Write(parsed, traffic, output => TrafficTable.Write(output, traffic, Rows));
        if (file is not null)
        {
            await WriteAsync(file, ProposedConfig.For(traffic, live is null ? string.Join(", ", logs.Select(Path.GetFileName)) : $"{live} of {traffic.Plane}", legacy), cancellationToken);
        }

        return traffic.Requests > 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private TrafficView FromLogs(string[] logs, CancellationToken cancellationToken)
    {
        var sketch = new TrafficSketch(Context.Time.GetUtcNow());
        var reading = new LogReading(sketch);
        foreach (var log in logs)
        {
            reading.Read(log, Context.FullPath(log), cancellationToken);
        }

        foreach (var (name, format, requests) in reading.Files)
        {
            Context.Error.WriteLine($"hub: {name}: {format}, {Words.Number(requests)} requests");
        }

        if (reading.Unread > 0)
        {
            Context.Error.WriteLine($"hub: {Words.Number(reading.Unread)} lines can't be read, such as");
            reading.Examples.ForEach(line => Context.Error.WriteLine($"  {line}"));
        }

        return sketch.View();
    }

    private async Task<TrafficView> FromGatewaysAsync(ParseResult parsed, string live, CancellationToken cancellationToken)
    {
        var until = Moment.Parse(live.EndsWith('s') && int.TryParse(live[..^1], out _) ? "0m" : live, "--live", Context.Time, ahead: true);
        until += live.EndsWith('s') && int.TryParse(live[..^1], out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        using var control = _connection.Connect(parsed);
        var watch = Guid.NewGuid().ToString("N");
        var views = await control.Api.GetTrafficAsync(watch, cancellationToken);
        Context.Error.WriteLine($"hub: {string.Join(", ", views.Select(view => view.Plane))} count until {Words.Time(until, Context.Time)}");
        while (until - Context.Time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < AskEvery ? left : AskEvery, Context.Time, cancellationToken);
            views = await control.Api.GetTrafficAsync(watch, cancellationToken);
        }

        return TrafficSum.Of(views);
    }

    private async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        var path = Context.FullPath(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        await using (var writer = new StreamWriter(stream))
        {
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        }

        Context.Error.WriteLine($"hub: wrote {name}. It proposes; read its comments, then: hub check -c {name}");
    }
}
