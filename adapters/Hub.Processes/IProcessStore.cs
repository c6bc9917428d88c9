using System.Collections.Immutable;
using Hub.Processes.Erasing;

namespace Hub.Processes;

/// <summary>
/// Inbox, state and outbox of all processes in one database: what a message changes, what it wants done and that it was handled are
/// committed together, so that a kill at any moment loses nothing and does nothing twice.
/// </summary>
/// <remarks>
/// Messages of one key are handled one at a time, in the order in which they came, whoever handles them. An effect is claimed by one
/// owner until its lease ends; one that was begun by an owner who died is due again when lease and window have passed.
/// </remarks>
public interface IProcessStore
{
    /// <summary>There is something new to do; called by any thread, and only for what came through this instance.</summary>
    event Action? Changed;

    /// <summary>How often it is asked for what came through others; null where there are no others.</summary>
    TimeSpan? PollEvery { get; }

    /// <summary>How long a claim holds that is not renewed; null where nobody else can claim.</summary>
    TimeSpan? Lease { get; }

    /// <summary>Which store this is, whoever opens it: drawn when it was made.</summary>
    Task<string> GetIdAsync(CancellationToken cancellationToken);

    /// <summary>Takes messages in, and keeps a setting (a cursor, say) with them, all or nothing; durable when this returns.</summary>
    /// <returns>How many of them are new: a message whose id was taken in before is passed over.</returns>
    Task<int> ReceiveAsync(
        IReadOnlyCollection<ProcessMessage> messages, (string Name, string Value)? setting, CancellationToken cancellationToken);

    /// <summary>Keeps a message that nobody can handle as a dead letter, once for its id.</summary>
    /// <returns>False where it was kept before.</returns>
    Task<bool> BuryAsync(ProcessMessage message, string reason, CancellationToken cancellationToken);

    /// <summary>What is kept under that name, or null.</summary>
    Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken);

    /// <summary>Keeps a value under a name; null takes it away.</summary>
    Task KeepSettingAsync(string name, string? value, CancellationToken cancellationToken);

    /// <summary>What is kept under that name; where nothing is, <paramref name="value"/> is kept from now on.</summary>
    Task<string> GetOrKeepSettingAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Takes, or renews, what only one instance may do at a time, a poll say.</summary>
    /// <returns>False where another owner holds it.</returns>
    Task<bool> TakeTurnAsync(string name, string owner, TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Handles what is due, a batch in one transaction.</summary>
    /// <returns>What was handled; empty where nothing is due.</returns>
    Task<ImmutableArray<HandledMessage>> HandleAsync(
        IReadOnlyDictionary<string, ProcessDefinition> definitions, CancellationToken cancellationToken);

    /// <summary>The lanes in which effects wait, those not due yet among them.</summary>
    Task<ImmutableArray<string>> GetLanesAsync(CancellationToken cancellationToken);

    /// <summary>Effects that wait in these lanes are tried for as long again as new ones: they were held.</summary>
    Task RenewPatienceAsync(ImmutableArray<string> lanes, CancellationToken cancellationToken);

    /// <summary>Pumps of this instance look at once whether there is something to do.</summary>
    void Wake();

    /// <summary>Claims due effects, the oldest of each lane first.</summary>
    Task<ImmutableArray<PendingEffect>> ClaimAsync(EffectClaim claim, CancellationToken cancellationToken);

    /// <summary>Holds claimed effects for another <see cref="Lease"/>; one that is begun is due to others only a window after that.</summary>
    /// <returns>Those that are still the owner's.</returns>
    Task<ImmutableHashSet<long>> RenewAsync(string owner, IReadOnlyDictionary<long, TimeSpan> windows, CancellationToken cancellationToken);

    /// <summary>Gives up the claim of an effect that was not begun.</summary>
    Task ReleaseAsync(PendingEffect effect, CancellationToken cancellationToken);

    /// <summary>
    /// The effect is about to be run, and may not be run twice: written down before the first byte goes out. Should nothing more be
    /// heard of it, it is looked up when lease and window have passed.
    /// </summary>
    /// <returns>False where it is not any longer as it was claimed: somebody else has begun or finished it meanwhile.</returns>
    Task<bool> BeginAsync(PendingEffect effect, TimeSpan window, CancellationToken cancellationToken);

    /// <summary>
    /// It need not be run again; its reply goes into the inbox in the same transaction. Where it was finished by somebody else meanwhile
    /// the journal says what came late, and no more is done.
    /// </summary>
    /// <param name="givenUp">Not null: it becomes a dead letter, with all that is needed to do it by hand.</param>
    Task FinishAsync(PendingEffect effect, EffectOutcome.Finished outcome, GivenUp? givenUp, CancellationToken cancellationToken);

    /// <summary>It is tried again, or looked up, later.</summary>
    Task PostponeAsync(PendingEffect effect, Postponement postponement, CancellationToken cancellationToken);

    /// <summary>In how long the next message or effect is due, zero for now; null where nothing waits.</summary>
    Task<TimeSpan?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>The newest processes of that name.</summary>
    Task<ImmutableArray<ProcessView>> ListAsync(string process, int take, CancellationToken cancellationToken);

    /// <summary>How many processes stand at a status since a time, and the newest of them.</summary>
    Task<(long Count, ImmutableArray<ProcessView> Newest)> ListInAsync(
        string process, string status, DateTimeOffset since, int take, CancellationToken cancellationToken);

    /// <summary>The processes that began at or after a time, the oldest first, page by page.</summary>
    /// <param name="after">The last of the page before: those that began with it or later and stand behind it. Null for the first page.</param>
    Task<ImmutableArray<ProcessView>> ListSinceAsync(
        string process, DateTimeOffset since, ProcessView? after, int take, CancellationToken cancellationToken);

    /// <summary>A process, or null.</summary>
    Task<ProcessView?> FindAsync(string process, string key, CancellationToken cancellationToken);

    /// <summary>Everything that happened to a process, the oldest first.</summary>
    Task<ImmutableArray<JournalEntry>> GetJournalAsync(string process, string key, CancellationToken cancellationToken);

    /// <summary>How many effects of each kind are not done yet.</summary>
    Task<ImmutableDictionary<string, long>> CountWaitingAsync(CancellationToken cancellationToken);

    /// <summary>What was given up and is not settled yet, the newest first.</summary>
    Task<ImmutableArray<DeadLetter>> GetDeadLettersAsync(int take, CancellationToken cancellationToken);

    /// <summary>A dead letter, settled or not; null where there is none of that id.</summary>
    Task<DeadLetter?> FindDeadLetterAsync(long id, CancellationToken cancellationToken);

    /// <summary>What was given up of one key and is not settled yet, the newest first.</summary>
    Task<ImmutableArray<DeadLetter>> GetDeadLettersAsync(string process, string key, CancellationToken cancellationToken);

    /// <summary>The newest dead letter of a key that is not settled, or null.</summary>
    Task<DeadLetter?> FindDeadLetterAsync(string process, string key, CancellationToken cancellationToken);

    /// <summary>
    /// A person has decided: the message is handled again, the effect looked up and run again, a process told to go on, or nothing.
    /// </summary>
    /// <returns>False where it was settled before.</returns>
    Task<bool> SettleDeadLetterAsync(long id, DeadLetterSettlement settlement, CancellationToken cancellationToken);

    /// <summary>All texts that are kept of a process: state, messages, effects, journal, dead letters.</summary>
    Task<ImmutableArray<KeptText>> GetTextsAsync(string process, string key, CancellationToken cancellationToken);

    /// <summary>The processes, whatever their name, of which a text holds one of these; case does not count. It reads the whole store.</summary>
    Task<ImmutableArray<ProcessKey>> FindByTextAsync(ImmutableArray<string> texts, CancellationToken cancellationToken);

    /// <summary>Keys of what came to its end and was not rewritten since, in their order.</summary>
    Task<ImmutableArray<string>> ListEndedAsync(EndedQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Rewrites the texts of a process that nothing is under way of, all or nothing, and settles its dead letters as discarded. Ids of messages stay, so that
    /// those that come again are passed over as before.
    /// </summary>
    /// <param name="by">Who, and why: for the journal.</param>
    /// <param name="rewrite">Gives each text as it is to be, in the same order.</param>
    /// <returns>False where a message or effect of it waits: nothing was changed.</returns>
    Task<bool> RewriteAsync(
        string process, string key, string by, Func<ImmutableArray<KeptText>, ImmutableArray<string>> rewrite, CancellationToken cancellationToken);
}

/// <summary>What is asked for most often.</summary>
public static class ProcessStoreExtensions
{
    /// <summary>Takes a message in; it is durable when this returns.</summary>
    /// <returns>False where a message of this id was taken in before.</returns>
    public static async Task<bool> ReceiveAsync(this IProcessStore store, ProcessMessage message, CancellationToken cancellationToken) =>
        await store.ReceiveAsync([message], null, cancellationToken) > 0;
}
