using System.CommandLine;
using Hub.Adapters;
using Hub.Adapters.Connectors;
using Hub.Cli.Features;
using Hub.Cli.Running;
using Hub.Configuration;

namespace Hub.Cli.Commands;

internal sealed class RunCommand : HubCommand
{
    private readonly FileFeature _file;
    private readonly DataFeature _data;
    private readonly PortFeature _ports;
    private readonly ConnectorsFeature _connectors;
    private readonly Option<string> _roles;
    private readonly Option<string> _control;
    private readonly Option<string> _token;
    private readonly Option<string> _api;
    private readonly Option<string> _webhooks;
    private readonly Option<string> _webhooksPublic;
    private readonly Option<string> _plane;
    private readonly Option<string> _store;
    private readonly Option<string> _storePassword;
    private readonly Option<bool> _verbose;

    public RunCommand(CommandContext context)
        : base(context, "run", "Run the hub: all roles in one process, or some of them.",
            "hub run -c hub.json", "hub run --roles control,migration,adapters",
            "hub run --roles adapters --plane adapters-2 --store \"Host=db;Database=hub;Username=hub\"",
            "hub run --roles gateway --plane gw-2 --port 8090 --control http://127.0.0.1:8081",
            "hub run --roles adapters -c tls.json --api https://adapters.internal:8083 --control https://control.internal:8081")
    {
        _file = Enable(new FileFeature(context));
        _roles = Flag<string>("--roles", "gateway, control, migration, adapters; several by commas (default: all).", "ROLES");
        _control = Flag<string>("--control", "Control's address (HUB_CONTROL). With the role control: where it listens, instead of --control-port; off loopback by https.", "URL");
        _token = Flag<string>("--token", "A token of the role plane for it (HUB_TOKEN; default: the one in DATA/control).", "TOKEN");
        _api = Flag<string>("--api", "Where the plane serves its own API, as control reaches it (default: a drawn port on loopback). Off loopback by https, with the certificate Kestrel:Certificates:Default of the config file. One plane a process.", "URL");
        _webhooks = Flag<string>("--webhooks", "Where the adapters plane listens for vendors' webhooks, and for nothing else (default: beside its API). Off loopback by https.", "URL");
        _webhooksPublic = Flag<string>("--webhooks-public", "That address as vendors call it, where a proxy stands before it; some sign it.", "URL");
        _plane = Flag<string>("--plane", "The plane's name, unique among planes, and its folder below DATA (default: its role).", "NAME");
        _data = Enable(new DataFeature(context));
        _ports = Enable(new PortFeature());
        _store = Flag<string>("--store", "The adapters' store in PostgreSQL, for any number of planes (HUB_STORE; default: a file in DATA), without its password.", "CONNECTION");
        _storePassword = Flag<string>("--store-password", "Where the store's password is: env:NAME or file:PATH (default: env:HUB_STORE_PASSWORD, where that is set).", "SECRET");
        _connectors = Enable(new ConnectorsFeature(context));
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

        var file = exists ? path : null;
        var (port, controlPort) = _ports.Ports(parsed);
        return new RunOptions
        {
            Roles = roles,
            Folder = folder,
            File = file,
            Control = Control(parsed, roles, folder, file),
            Api = Api(parsed, roles, file),
            Webhooks = Webhooks(parsed, roles, file),
            WebhooksPublic = parsed.GetValue(_webhooksPublic) is { } called ? Address("--webhooks-public", called) : null,
            Store = Store(parsed),
            Vendors = roles.Contains(HubRole.Adapters) ? _connectors.Vendors(parsed) : KnownVendors.All,
            Token = parsed.GetValue(_token) ?? (Context.Variable("HUB_TOKEN") is { Length: > 0 } token ? token : null),
            Port = port,
            ControlPort = controlPort,
            Plane = plane,
            Verbose = parsed.GetValue(_verbose),
        };
    }

    private Uri? Control(ParseResult parsed, IReadOnlyCollection<HubRole> roles, string folder, string? file)
    {
        var flag = parsed.GetValue(_control);
        if (roles.Contains(HubRole.Control))
        {
            return flag is null ? null : Listener("--control", flag, file);
        }

        var text = flag ?? (Context.Variable("HUB_CONTROL") is { Length: > 0 } variable ? variable : RunFile.Read(folder)?.Control.ToString());
        return text is null ? null : Address("--control", text);
    }

    private StoreOptions? Store(ParseResult parsed)
    {
        var connection = parsed.GetValue(_store) ?? (Context.Variable("HUB_STORE") is { Length: > 0 } variable ? variable : null);
        var text = parsed.GetValue(_storePassword) ?? (Context.Variable("HUB_STORE_PASSWORD") is { Length: > 0 } ? "env:HUB_STORE_PASSWORD" : null);
        if (connection is null)
        {
            return null;
        }

        var password = default(Secret);
        if (text is not null && !Secret.TryParse(text, out password))
        {
            throw new UsageException("--store-password is no pointer to a secret. Write env:NAME or file:PATH; the password itself belongs there.");
        }

        return StoreOptions.Problem(connection) is { } problem
            ? throw new UsageException($"--store: {problem}")
            : new StoreOptions { Connection = connection, Password = password };
    }

    private Uri? Api(ParseResult parsed, IReadOnlyCollection<HubRole> roles, string? file) => parsed.GetValue(_api) switch
    {
        null => null,
        _ when roles.Count(role => role != HubRole.Control) != 1 =>
            throw new UsageException("--api is one plane's address: run each plane as a process of its own (--roles gateway, --roles migration, …), or leave it out."),
        var text => Listener("--api", text, file),
    };

    private Uri? Webhooks(ParseResult parsed, IReadOnlyCollection<HubRole> roles, string? file) => parsed.GetValue(_webhooks) switch
    {
        null => null,
        _ when !roles.Contains(HubRole.Adapters) => throw new UsageException("--webhooks is where the adapters plane listens. Add the role adapters, or leave it out."),
        var text => Listener("--webhooks", text, file),
    };

    private static Uri Address(string flag, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https") && address.PathAndQuery == "/"
            ? address
            : throw new UsageException($"{flag} {text} is no address. Write it as http://127.0.0.1:8081 or https://control.internal:8081.");

    /// <summary>An address to listen on: tokens must not pass a network in the clear.</summary>
    private static Uri Listener(string flag, string text, string? file)
    {
        var address = Address(flag, text);
        return address.Scheme == Uri.UriSchemeHttps
            ? KestrelFile.HasCertificate(file)
                ? address
                : throw new UsageException(
                    $"{flag} {text} needs a certificate: write \"Kestrel\": {{ \"Certificates\": {{ \"Default\": {{ \"Path\": \"hub.pem\", \"KeyPath\": \"hub.key\" }} }} }} into the config file and name it with -c.")
            : address.IsLoopback
                ? address
                : throw new UsageException($"{flag} {text} is off this machine and not https, so tokens would pass in the clear. Write https://…, with a certificate in the config file.");
    }
}
