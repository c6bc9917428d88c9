using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Running;

namespace Hub.Cli.Commands;

internal sealed class RunCommand : HubCommand
{
    private readonly FileFeature _file;
    private readonly DataFeature _data;
    private readonly PortFeature _ports;
    private readonly Option<string> _roles;
    private readonly Option<string> _control;
    private readonly Option<string> _token;
    private readonly Option<string> _plane;
    private readonly Option<bool> _verbose;

    public RunCommand(CommandContext context)
        : base(context, "run", "Run the hub: all roles in one process, or some of them.",
            "hub run -c hub.json", "hub run --roles control,migration,adapters",
            "hub run --roles gateway --plane gw-2 --port 8090 --control http://127.0.0.1:8081")
    {
        _file = Enable(new FileFeature(context));
        _roles = Flag<string>("--roles", "gateway, control, migration, adapters; several by commas (default: all).", "ROLES");
        _control = Flag<string>("--control", "Control's address, where the role control is not among them (HUB_CONTROL).", "URL");
        _token = Flag<string>("--token", "A token of the role plane for it (HUB_TOKEN; default: the one in DATA/control).", "TOKEN");
        _plane = Flag<string>("--plane", "The plane's name, unique among planes, and its folder below DATA (default: its role).", "NAME");
        _data = Enable(new DataFeature(context));
        _ports = Enable(new PortFeature());
        _verbose = Flag<bool>("--verbose", "Log what goes well, too.");
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = Read(parsed);
        await using var hub = await RunningHub.StartAsync(options, cancellationToken);
        foreach (var (role, address) in hub.Addresses)
        {
            Context.Output.WriteLine($"{role.Name()} {address}");
        }

        if (options.Roles.Contains(HubRole.Control))
        {
            Context.Error.WriteLine($"hub: the control page is there, too; log in with the token in {hub.AdminTokenFile}");
        }

        if (await hub.UntilStoppedAsync(cancellationToken))
        {
            return CommandLine.Done;
        }

        Context.Error.WriteLine("hub: a role has stopped of itself; the log says why (--verbose says more).");
        return CommandLine.Failed;
    }

    private RunOptions Read(ParseResult parsed)
    {
        var roles = HubRoles.Parse(parsed.GetValue(_roles));
        var (name, path) = _file.Named(parsed);
        var exists = File.Exists(path);
        if (!exists && (_file.IsGiven(parsed) || roles.Length == HubRoles.All.Length))
        {
            throw new CommandFailedException(
                $"there is no config file {name} ({path}). To do: name it with -c FILE, or write a first one with 'hub init --legacy URL'.");
        }

        var folder = _data.Folder(parsed);
        var plane = parsed.GetValue(_plane);
        if (plane is not null && (plane.Length is 0 or > 64 || plane == "control" || plane.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) || plane[0] == '.'))
        {
            throw new UsageException($"--plane {plane} is no name for a plane: letters, digits, '-', '_' and '.', at most 64, and not 'control'.");
        }

        var (port, controlPort) = _ports.Ports(parsed);
        return new RunOptions
        {
            Roles = roles,
            Folder = folder,
            File = exists ? path : null,
            Control = Control(parsed, roles, folder),
            Token = parsed.GetValue(_token) ?? (Context.Variable("HUB_TOKEN") is { Length: > 0 } token ? token : null),
            Port = port,
            ControlPort = controlPort,
            Plane = plane,
            Verbose = parsed.GetValue(_verbose),
        };
    }

    private Uri? Control(ParseResult parsed, IReadOnlyCollection<HubRole> roles, string folder)
    {
        var flag = parsed.GetValue(_control);
        if (roles.Contains(HubRole.Control))
        {
            return flag is null ? null : throw new UsageException("--control names a control elsewhere; leave it out, or the role control.");
        }

        var text = flag ?? (Context.Variable("HUB_CONTROL") is { Length: > 0 } variable ? variable : RunFile.Read(folder)?.Control.ToString());
        return text is null ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https") ? address
            : throw new UsageException($"--control {text} is no address of a control. Write it as http://127.0.0.1:8081.");
    }
}
