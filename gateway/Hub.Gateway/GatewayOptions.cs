using System.ComponentModel.DataAnnotations;
using System.Net;
using Hub.Planes;

namespace Hub.Gateway;

/// <summary>What a gateway plane must know beside the document that it serves.</summary>
public sealed class GatewayOptions
{
    /// <summary>The plane's name; it stands in request ids and in the ledger.</summary>
    public string Name => Plane?.Name ?? "gateway";

    /// <summary>How it is linked to control; null: it serves its file alone, with every group at share 0.</summary>
    public PlaneOptions? Plane { get; init; }

    /// <summary>The plane's own folder: ledger, claims made while control was out of reach, rollback socket.</summary>
    /// <value>The default is the folder of <see cref="Plane"/>, else <c>hub-data/gateway</c>.</value>
    public string Folder { get => field ?? Plane?.Folder ?? Path.Combine("hub-data", "gateway"); init; }

    /// <summary>
    /// Where the private API is served, which control forwards to; loopback unless control runs elsewhere. Null: nowhere.
    /// </summary>
    public IPEndPoint? Api { get; init; }

    /// <summary>The private API is served by https, with Kestrel's default certificate; wanted off loopback, for tokens pass there.</summary>
    /// <value>The default is false.</value>
    public bool ApiTls { get; init; }

    /// <summary>Of requests without anything remarkable the ledger keeps one in so many.</summary>
    /// <value>The default is 100.</value>
    [Range(1, int.MaxValue)]
    public int SampleOneIn { get; init; } = 100;

    /// <summary>How many entries the ledger holds at most.</summary>
    /// <value>The default is 500,000, about 200 MB.</value>
    [Range(1, int.MaxValue)]
    public int LedgerEntries { get; init; } = 500_000;

    /// <summary>How many bytes the ledger's entries and indexes take on disk at most; the oldest entries go first.</summary>
    /// <value>The default is 256 MiB; while a batch is written it may be 16 MiB more.</value>
    [Range(1, long.MaxValue)]
    public long LedgerBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How old an entry of the ledger gets.</summary>
    /// <value>The default is 14 days.</value>
    public TimeSpan LedgerAge { get; init; } = TimeSpan.FromDays(14);
}
