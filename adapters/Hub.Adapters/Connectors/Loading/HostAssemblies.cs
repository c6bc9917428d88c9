using System.Collections.Frozen;
using System.Reflection;
using Hub.Connectors;

namespace Hub.Adapters.Connectors.Loading;

/// <summary>The assemblies that the hub and .NET bring along, and which of them a connector has to share.</summary>
internal sealed class HostAssemblies
{
    private readonly FrozenDictionary<string, string> _files = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .DistinctBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(file => Path.GetFileNameWithoutExtension(file)!, StringComparer.OrdinalIgnoreCase);

    private readonly FrozenSet<string> _exchanged = typeof(ConnectorVendor).Assembly.GetReferencedAssemblies()
        .Select(reference => reference.Name!).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the connector gets the hub's copy: always where types of it pass between the two; else where it is no older than asked for.</summary>
    public bool Gives(AssemblyName asked) => Version(asked) is { } has && (IsExchanged(asked) || has >= (asked.Version ?? has));

    /// <summary>Null where the hub has none.</summary>
    public Version? Version(AssemblyName asked) => _files.TryGetValue(asked.Name!, out var file) ? AssemblyName.GetAssemblyName(file).Version : null;

    /// <summary>Whether a connector that was built against that version works here; before 1.0 each minor version breaks.</summary>
    public bool Fits(AssemblyName asked) => Version(asked) is not { } has || asked.Version is not { } wanted
        || (IsHubs(asked) ? wanted.Major == has.Major && (has.Major > 0 ? wanted.Minor <= has.Minor : wanted.Minor == has.Minor) : has >= wanted);

    public static bool IsHubs(AssemblyName asked) => asked.Name!.StartsWith("Hub.", StringComparison.Ordinal);

    private bool IsExchanged(AssemblyName asked) => IsHubs(asked) || _exchanged.Contains(asked.Name!);
}
