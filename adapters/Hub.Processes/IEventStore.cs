using System.Collections.Immutable;

namespace Hub.Processes;

/// <summary>Which events were heard of before: each counts once, whichever instance it comes to.</summary>
public interface IEventStore
{
    /// <summary>Notes events; durable when this returns.</summary>
    /// <param name="keep">For how long they are known; what is older is forgotten, so that the notes don't grow for ever.</param>
    /// <returns>Those that were not known.</returns>
    Task<ImmutableArray<string>> NoteEventsAsync(string source, IReadOnlyCollection<string> ids, TimeSpan keep, CancellationToken cancellationToken);
}
