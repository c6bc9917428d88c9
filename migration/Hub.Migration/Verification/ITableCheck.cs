using Hub.ChangeFeed;

namespace Hub.Migration.Verification;

/// <summary>Compares one part of a target with the source.</summary>
internal interface ITableCheck
{
    /// <param name="after">Where an earlier run had come to, as its last step said; null: from the beginning.</param>
    /// <exception cref="UnorderedKeysException">It can't be done in this way.</exception>
    Task RunAsync(ChangeRow? after, CancellationToken cancellationToken);
}
