using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Starting;

namespace Hub.Cli.Commands;

internal sealed class InitCommand : HubCommand
{
    private readonly FileFeature _file;
    private readonly Option<string> _legacy;
    private readonly Option<bool> _force;

    public InitCommand(CommandContext context)
        : base(context, "init", "Write a commented config file for a real shop: all goes to legacy, the rest is explained in it.",
            "hub init --legacy https://shop.example -c hub.json")
    {
        _legacy = Flag<string>("--legacy", "The shop as it is reached today.", "URL");
        _legacy.Required = true;
        _file = Enable(new FileFeature(context));
        _force = Flag<bool>("--force", "Overwrite the file.");
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = parsed.GetRequiredValue(_legacy);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var legacy) || legacy.Scheme is not ("http" or "https") || legacy.Query.Length > 0)
        {
            throw new UsageException($"--legacy {text} is no shop's address. Write it as https://shop.example.");
        }

        var (name, path) = _file.Named(parsed);
        if (File.Exists(path) && !parsed.GetValue(_force))
        {
            throw new CommandFailedException($"{name} is there already. To do: name another with -c FILE, or overwrite it with --force.");
        }

        var shop = await LegacyShop.LookAtAsync(legacy, cancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, FirstConfig.For(shop), cancellationToken);
        foreach (var word in shop.Words)
        {
            Context.Error.WriteLine($"hub: {word}");
        }

        Context.Error.WriteLine($"hub: wrote {name}. Read its comments, then: hub check -c {name}; hub run -c {name}");
        return CommandLine.Done;
    }
}
