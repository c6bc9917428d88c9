using System.Collections.Immutable;
using Hub.Adapters;
using Hub.Adapters.Connectors;
using Hub.Connectors;

namespace Hub.Cli.Running;

/// <summary>What a process of the hub is to be.</summary>
internal sealed class RunOptions
{
    public required ImmutableArray<HubRole> Roles { get; init; }

    /// <summary>Where it keeps its state: a folder for each plane, and <c>run.json</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The config file in full: control applies it, and the gateway reads its Kestrel section. Null: documents come by <c>hub apply</c>.</summary>
    public string? File { get; init; }

    /// <summary>
    /// Control's address: where this process asks it, or where it listens if this process is control. Null: loopback and <see cref="ControlPort"/>.
    /// </summary>
    public Uri? Control { get; init; }

    /// <summary>The adapters' store in PostgreSQL, which several planes may share. Null: a file in the plane's folder.</summary>
    public StoreOptions? Store { get; init; }

    /// <summary>The kinds of connectors that a document may name.</summary>
    public ImmutableArray<ConnectorVendor> Vendors { get; init; } = KnownVendors.All;

    /// <summary>Where the process's one plane serves its own API, as control reaches it. Null: a drawn port on loopback.</summary>
    public Uri? Api { get; init; }

    /// <summary>Where the adapters plane listens for webhooks, and for nothing else. Null: they are answered beside its API.</summary>
    public Uri? Webhooks { get; init; }

    /// <summary>The address as vendors call it. Null: the one that they came to.</summary>
    public Uri? WebhooksPublic { get; init; }

    /// <summary>A token of the role plane, where this process is not control.</summary>
    public string? Token { get; init; }

    /// <summary>The gateway's port on loopback, unless the file's Kestrel section says where it listens; 0 takes a free one.</summary>
    public int Port { get; init; } = 8080;

    public int ControlPort { get; init; } = 8081;

    /// <summary>The plane's name; with several planes in the process it begins their names.</summary>
    public string? Plane { get; init; }

    /// <summary>Logs say what goes well, too.</summary>
    public bool Verbose { get; init; }

    /// <summary>How long requests under way may take when it stops.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(20);

    public string NameOf(HubRole role) =>
        Plane is null ? role.Name() : Roles.Count(part => part != HubRole.Control) == 1 ? Plane : $"{Plane}-{role.Name()}";

    public string FolderOf(HubRole role) =>
        Path.Combine(Folder, role == HubRole.Control ? role.Name() : NameOf(role));
}
