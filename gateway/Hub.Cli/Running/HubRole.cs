using System.Collections.Immutable;

namespace Hub.Cli.Running;

/// <summary>What a process of the hub may be; control first, for the others ask it.</summary>
internal enum HubRole
{
    Control,
    Gateway,
    Migration,
    Adapters,
}

internal static class HubRoles
{
    public static ImmutableArray<HubRole> All { get; } = [.. Enum.GetValues<HubRole>()];

    /// <exception cref="UsageException">One of them is none.</exception>
    public static ImmutableArray<HubRole> Parse(string? text)
    {
        var roles = text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        var wrong = roles.FirstOrDefault(role => !All.Any(known => Name(known) == role));
        if (wrong is not null || (text is not null && roles.Length == 0))
        {
            throw new UsageException($"--roles {text}: '{wrong}' is no role. Roles are {string.Join(", ", All.Select(Name))}; separate several by commas.");
        }

        return text is null ? All : [.. All.Where(role => roles.Contains(Name(role)))];
    }

    public static string Name(this HubRole role) => role.ToString().ToLowerInvariant();
}
