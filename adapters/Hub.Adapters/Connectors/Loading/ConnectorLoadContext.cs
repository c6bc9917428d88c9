using System.Reflection;
using System.Runtime.Loader;

namespace Hub.Adapters.Connectors.Loading;

/// <summary>One connector's own assemblies; what it exchanges with the hub is the hub's.</summary>
internal sealed class ConnectorLoadContext(string assembly, HostAssemblies host) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(assembly))
{
    private readonly AssemblyDependencyResolver _resolver = new(assembly);

    /// <summary>Loads it with all that it refers to, so that what is missing is told now and not by the first order.</summary>
    /// <exception cref="ConnectorFolderException">Something is missing, or of a version that does not fit.</exception>
    public Assembly LoadWhole()
    {
        var main = LoadFromAssemblyPath(assembly);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Stack<Assembly>([main]);
        while (open.TryPop(out var next))
        {
            foreach (var asked in next.GetReferencedAssemblies().Where(asked => seen.Add(asked.Name!)))
            {
                if (host.Gives(asked))
                {
                    CheckVersion(next, asked);
                }
                else
                {
                    open.Push(Load(asked) ?? throw new ConnectorFolderException(
                        $"{next.GetName().Name} of {assembly} needs {asked.Name} {asked.Version}, which is neither beside it nor in the hub. "
                        + "To do: copy all that 'dotnet publish' made of the connector's project into the folder."));
                }
            }
        }

        return main;
    }

    protected override Assembly? Load(AssemblyName assemblyName) => host.Gives(assemblyName)
        ? null
        : _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private void CheckVersion(Assembly by, AssemblyName asked)
    {
        if (!host.Fits(asked))
        {
            throw new ConnectorFolderException(
                $"{by.GetName().Name} of {assembly} was built against {asked.Name} {asked.Version}, and this hub has {host.Version(asked)}. "
                + (HostAssemblies.IsHubs(asked)
                    ? "To do: build it against the packages of this hub's version, or run the hub that it was built for."
                    : "To do: build it against that version or an older one; the hub and its connectors share this library."));
        }
    }
}
