using System.CommandLine;

namespace Hub.Cli.Features;

/// <summary>
/// Where control is, and the token for it: <c>--control</c> and <c>--token</c>, <c>HUB_CONTROL</c> and <c>HUB_TOKEN</c>,
/// else what the hub that runs on <c>--data</c> has written there.
/// </summary>
internal sealed class ConnectionFeature(CommandContext context) : CommandFeature
{
    private readonly DataFeature _data = new(context);

    private readonly Option<string> _control = new("--control")
    {
        Description = "Control's address (HUB_CONTROL; default: the hub that runs on --data).",
        HelpName = "URL",
    };

    private readonly Option<string> _token = new("--token")
    {
        Description = "Token for control (HUB_TOKEN; default: the one of the hub that runs on --data).",
        HelpName = "TOKEN",
    };

    public override void AddTo(Command command)
    {
        command.Add(_control);
        command.Add(_token);
        _data.AddTo(command);
    }

    public string Folder(ParseResult parsed) => _data.Folder(parsed);

    /// <exception cref="ControlUnreachableException">Nothing says where control is.</exception>
    public ControlConnection Connect(ParseResult parsed, TimeSpan? answerWithin = null)
    {
        var folder = _data.Folder(parsed);
        var running = RunFile.Read(folder);
        var (text, source) = parsed.GetValue(_control) is { } flag ? (flag, "--control")
            : context.Variable("HUB_CONTROL") is { Length: > 0 } variable ? (variable, "HUB_CONTROL")
            : (running?.Control.ToString(), RunFile.PathIn(folder));
        if (text is null)
        {
            throw new ControlUnreachableException(
                $"no hub runs on {folder} ({RunFile.PathIn(folder)} is not there). To do: start one with 'hub run' or 'hub play', "
                + "name its folder with --data or HUB_DATA, or its control with --control and --token (HUB_CONTROL, HUB_TOKEN).");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"'{text}' ({source}) is no address of a control. Write it as http://127.0.0.1:8081.");
        }

        var token = parsed.GetValue(_token) ?? context.Variable("HUB_TOKEN")
            ?? (running is not null && running.Control == address ? running.Token : null)
            ?? throw new UsageException(
                $"{address} needs a token. Give one with --token or HUB_TOKEN; 'hub token create' makes them.");
        var left = running is not null && source == RunFile.PathIn(folder) && !running.IsAlive
            ? $" Process {running.ProcessId}, which wrote that file, does not run any more."
            : "";
        return new ControlConnection(
            address, token,
            $"control at {address} ({source}) does not answer.{left} To do: see that it runs ('hub run', 'hub play'), or name another with "
            + "--control, HUB_CONTROL or --data.",
            answerWithin);
    }
}
