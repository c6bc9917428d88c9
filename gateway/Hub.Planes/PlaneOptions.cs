namespace Hub.Planes;

/// <summary>What a plane must know to stand: its name, its control and its folder.</summary>
public sealed class PlaneOptions
{
    /// <summary>Unique among planes: <c>gw-1</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>gateway</c>, <c>migration</c> or <c>adapters</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Control's address.</summary>
    public required Uri Control { get; init; }

    /// <summary>A token of the role <c>plane</c>.</summary>
    public required string Token { get; init; }

    /// <summary>The plane's own folder: the copy of the revision, its own rollbacks.</summary>
    public required string Folder { get; init; }

    /// <summary>Where its own part of the API is served; known when its listener is up.</summary>
    public required Func<Uri> Api { get; init; }
}
