namespace Hub.Migration;

/// <summary>What the migration plane needs besides its link to control.</summary>
public sealed class MigrationOptions
{
    /// <summary>Where relative paths of databases in the config start.</summary>
    /// <value>The default is the folder that the process runs in.</value>
    public string Folder { get; init; } = "";
}
