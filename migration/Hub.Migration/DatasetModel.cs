using System.Collections.Immutable;
using Hub.Migration.Config;
using Hub.Migration.Mapping;
using Hub.Migration.Outbox;

namespace Hub.Migration;

/// <summary>A dataset as the config wants it, checked.</summary>
/// <param name="Fingerprint">Differs whenever the dataset's part of the config does.</param>
/// <param name="HeldPerCustomer">It is not in the pipeline (SAFETY.md 7).</param>
/// <param name="Source">Null where nothing is to be fed from it.</param>
internal sealed record DatasetModel(
    string Name, string Fingerprint, bool HeldPerCustomer, SourceModel? Source, ImmutableArray<TargetModel> Targets)
{
    /// <summary>How its targets are verified by themselves.</summary>
    public VerifyConfig Verify { get; init; } = new();
}

/// <summary>Where a dataset goes: one of the stores it feeds, with a position of its own.</summary>
/// <param name="Store">SQLite's file or a PostgreSQL database.</param>
/// <param name="Tables">In the order of the config; keys are bound when the tables are there.</param>
internal sealed record TargetModel(string Name, DatabaseModel Store, ImmutableArray<TableMapping> Tables, OutboxRule? Outbox)
{
    /// <summary>The file; null where the store is none.</summary>
    public string? Sqlite => Store.File;

    /// <summary>New's own role, which only reads what is fed; null where it is not looked at.</summary>
    public string? Role { get; init; }
}
