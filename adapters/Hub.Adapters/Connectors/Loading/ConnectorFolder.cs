using System.Collections.Immutable;
using System.Reflection;
using Hub.Connectors;

namespace Hub.Adapters.Connectors.Loading;

/// <summary>
/// Other people's connectors: a folder that has a folder for each, with what <c>dotnet publish</c> made of its project
/// (docs/connectors/write-one.md).
/// </summary>
/// <remarks>
/// What is loaded may do all that the adapters plane may. So the folder is named by who starts the plane and never by a document, which comes over
/// the network, and nobody else may write into it.
/// </remarks>
internal static class ConnectorFolder
{
    /// <summary>What every connector's project ends with: <c>public static class AcmeVendors { public static ImmutableArray&lt;ConnectorVendor&gt; All … }</c>.</summary>
    private const string Suffix = "Vendors";

    /// <returns>Each vendor with the folder that it came from.</returns>
    /// <exception cref="ConnectorFolderException">One of them can't be loaded; none is then.</exception>
    public static ImmutableArray<(string Folder, ConnectorVendor Vendor)> Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ConnectorFolderException($"there is no folder {folder} of connectors. To do: make it, or correct the path.");
        }

        CheckWritable(folder);
        var host = new HostAssemblies();
        return [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).SelectMany(part => LoadOne(part, host).Select(vendor => (part, vendor)))];
    }

    private static ImmutableArray<ConnectorVendor> LoadOne(string folder, HostAssemblies host)
    {
        CheckWritable(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            CheckWritable(file);
        }

        var assembly = MainAssembly(folder);
        try
        {
            return Vendors(new ConnectorLoadContext(assembly, host).LoadWhole());
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or ReflectionTypeLoadException or TypeLoadException or MissingMethodException or InvalidOperationException
            or TargetInvocationException or TypeInitializationException)
        {
            throw new ConnectorFolderException(
                $"{assembly} can't be loaded: {(e.InnerException ?? e).Message} To do: publish the connector's project anew, against the packages of this hub's version.", e);
        }
    }

    private static string MainAssembly(string folder)
    {
        var described = Directory.GetFiles(folder, "*.deps.json");
        var assembly = described is [var one] ? one[..^".deps.json".Length] + ".dll" : null;
        return assembly is not null && File.Exists(assembly)
            ? assembly
            : throw new ConnectorFolderException(
                $"{folder} holds no connector: " + (described.Length == 1
                    ? $"there is {Path.GetFileName(described[0])} and not the assembly that it describes."
                    : $"one file NAME.deps.json is expected in it beside NAME.dll, and there are {described.Length}.")
                + " To do: copy all that 'dotnet publish' made of the connector's project into it, each connector into a folder of its own.");
    }

    private static ImmutableArray<ConnectorVendor> Vendors(Assembly assembly)
    {
        var vendors = assembly.GetExportedTypes()
            .Where(type => type.Name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(type => type.GetProperty("All", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(ImmutableArray<ConnectorVendor>))
            .SelectMany(property => (ImmutableArray<ConnectorVendor>)property!.GetValue(null)!)
            .ToImmutableArray();
        return !vendors.IsEmpty ? vendors : throw new ConnectorFolderException(
            $"{assembly.Location} names no vendor: a public class …{Suffix} with 'public static ImmutableArray<ConnectorVendor> All' is looked for. "
            + "To do: add it, or take the folder away.");
    }

    private static void CheckWritable(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite))
        {
            throw new ConnectorFolderException(
                $"everybody on this machine may write to {path}, and what is in it would run as the hub. To do: chmod o-w {path}.");
        }
    }
}
