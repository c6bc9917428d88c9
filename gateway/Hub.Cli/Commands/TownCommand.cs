using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Cli.Playing;
using Hub.Cli.Running;
using Hub.Town;
using Microsoft.Extensions.Logging;

namespace Hub.Cli.Commands;

internal sealed class TownCommand : HubCommand
{
    private readonly DataFeature _data;
    private readonly Option<string> _publicUrl;
    private readonly Option<string> _configOut;
    private readonly Option<int?> _port;
    private readonly Option<int> _seed;
    private readonly Option<double?> _marketplace;
    private readonly Option<bool> _verbose;

    public TownCommand(CommandContext context)
        : base(context, "town", "The town without its hub: legacy, New and the business systems, for planes that run elsewhere. Prints their addresses as JSON.",
            "hub town --config-out hub.json --public-url http://localhost:8080")
    {
        _data = Enable(new DataFeature(context));
        _publicUrl = Flag<string>("--public-url", "The shop's address as customers type it (default http://localhost:8080).", "URL");
        _configOut = Flag<string>("--config-out", "Write the config of a hub for the town, with its secrets beside it.", "FILE");
        _port = Flag<int?>("--port", "The first of twelve ports in a row (default: free ones, kept in the folder).", "PORT");
        _seed = Flag<int>("--seed", "What the stores hold at first follows from it (default 1).", "N");
        _seed.DefaultValueFactory = _ => 1;
        _marketplace = Flag<double?>("--marketplace-every", "Seconds between two orders at the marketplace (default: none come by themselves).", "SECONDS");
        _verbose = Flag<bool>("--verbose", "Log what goes well, too.");
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = parsed.GetValue(_publicUrl) ?? "http://localhost:8080";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var shop) || shop.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"--public-url {text} is no address. Write it as http://localhost:8080.");
        }

        if (parsed.GetValue(_port) is < 1 or > 65524)
        {
            throw new UsageException($"--port {parsed.GetValue(_port)} leaves no room for twelve ports: 1 to 65524.");
        }

        var folder = Path.Combine(_data.Folder(parsed), "town");
        using var loggers = LoggerFactory.Create(logging => RoleHost.AddLogs(logging, "town", parsed.GetValue(_verbose)));
        await using var town = await TownStart.StartAsync(
            new TownOptions
            {
                Folder = folder,
                FirstPort = parsed.GetValue(_port),
                Seed = parsed.GetValue(_seed),
                PublicUrl = shop,
                MarketplaceEvery = parsed.GetValue(_marketplace) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                Loggers = loggers,
            },
            cancellationToken);
        if (parsed.GetValue(_configOut) is { } file)
        {
            await TownConfig.WriteAsync(Context.FullPath(file), folder, shop, town.Addresses, cancellationToken);
        }

        Context.Output.WriteLine(JsonText.Of(town.Addresses));
        Context.Output.Flush();
        var stopped = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
        return CommandLine.Done;
    }
}
