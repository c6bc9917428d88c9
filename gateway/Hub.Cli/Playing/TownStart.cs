using Hub.Cli.Running;
using Hub.Town;

namespace Hub.Cli.Playing;

/// <summary>Starts the town and tells a taken port in words.</summary>
internal static class TownStart
{
    /// <exception cref="CommandFailedException">A port is taken, or the folder can't be used.</exception>
    public static async Task<Town.Town> StartAsync(TownOptions options, CancellationToken cancellationToken)
    {
        StoreThreads.Raise();
        try
        {
            return await Town.Town.StartAsync(options, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                $"the town does not start: {e.Message.TrimEnd('.')}. To do: stop what runs there; or delete {Path.Combine(options.Folder, "ports.json")}, and new ports are drawn.",
                e);
        }
    }
}
