using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Playing;
using Hub.Cli.Running;

namespace Hub.Cli.Commands;

internal sealed class PlayCommand : HubCommand
{
    private readonly DataFeature _data;
    private readonly PortFeature _ports;
    private readonly Option<bool> _fresh;
    private readonly Option<bool> _alone;
    private readonly Option<int> _seed;
    private readonly Option<bool> _verbose;

    public PlayCommand(CommandContext context)
        : base(context, "play", "A town with a shop to flip: legacy, New, business systems, shoppers and the whole hub in one process.",
            "hub play", "hub play --fresh --no-shoppers --port 9080 --control-port 9081")
    {
        _data = Enable(new DataFeature(context));
        _ports = Enable(new PortFeature());
        _fresh = Flag<bool>("--fresh", "Start over: delete what an earlier game left in the folder.");
        _alone = Flag<bool>("--no-shoppers", "Nobody else in the shop.");
        _seed = Flag<int>("--seed", "The same shoppers on the same walks again (default 1).", "N");
        _seed.DefaultValueFactory = _ => 1;
        _verbose = Flag<bool>("--verbose", "Log what goes well, too.");
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (port, controlPort) = _ports.Ports(parsed);
        if (port == 0)
        {
            throw new UsageException("--port 0: the shop's links need to know their port; name one.");
        }

        var folder = _data.Folder(parsed);
        PlayFolder.Prepare(folder, parsed.GetValue(_fresh));
        var seed = parsed.GetValue(_seed);
        await using var game = await Playground.StartAsync(
            new RunOptions
            {
                Roles = HubRoles.All,
                Folder = folder,
                File = Path.Combine(folder, "hub.json"),
                Port = port,
                ControlPort = controlPort,
                Verbose = parsed.GetValue(_verbose),
                Drain = TimeSpan.FromSeconds(1.5),
            },
            seed, cancellationToken);
        if (!parsed.GetValue(_alone))
        {
            game.LetShoppersIn(seed);
        }

        Tell(game, folder);
        return await game.Hub.UntilStoppedAsync(cancellationToken) ? CommandLine.Done : CommandLine.Failed;
    }

    private void Tell(Playground game, string folder)
    {
        // Typed in the same folder, a command finds the default one by itself.
        var data = folder == Context.FullPath(DataFeature.Default) ? "" : $" --data {folder}";
        var hub = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) != "dotnet" && Context.Variable("PATH")?.Contains(Path.GetDirectoryName(path)!, StringComparison.Ordinal) == true
            ? "hub"
            : "dotnet run --project gateway/Hub.Cli --";
        Context.Output.WriteLine($"""
            The shop:          {game.Shop}
            The control page:  {game.Control}  (log in with the token in {game.Hub.AdminTokenFile})

            Try in a second terminal:
              {hub} status{data}
              {hub} group shift catalog --share 25 --wait{data}
              {hub} group rollback --all{data}

            Ctrl-C ends it; its state stays in {folder} (--fresh starts over).
            """);
        Context.Output.Flush();
    }
}
