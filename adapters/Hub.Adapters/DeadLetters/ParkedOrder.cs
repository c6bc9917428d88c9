using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.DeadLetters;

/// <summary>An order that waits for a person, together with the dead letters that tell of it.</summary>
internal static class ParkedOrder
{
    /// <summary>Whether it is a command whose order is parked; the order asks for it again by itself when it goes on.</summary>
    public static bool WaitsForAPerson(this DeadLetter letter) =>
        letter is { Process: OrderDefinition.Name, Source: DeadLetterSource.Effect, Kind: not (nameof(UpsertContact) or nameof(SeekSale)) };

    /// <summary>Who, and why.</summary>
    public static string Said(string? by, string? reason) => $"by {by}{(reason is not null ? $", {reason}" : "")}";

    /// <summary>Takes it up again; its dead letters are settled with that.</summary>
    /// <param name="why">Who did what, for the journal.</param>
    /// <returns>What the order makes of it; null where it is not parked.</returns>
    public static async Task<OrderDecision?> ResumeAsync(
        IProcessStore store, string key, string why, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(OrderDefinition.Name, key, cancellationToken) is not { } process)
        {
            return null;
        }

        var state = OrderDefinition.ReadState(process.State);
        var resume = new ResumeOrder(why);
        var decision = OrderProcess.Handle(state, resume);
        if (!decision.Changes(state))
        {
            return null;
        }

        var letters = (await store.GetDeadLettersAsync(OrderDefinition.Name, key, cancellationToken)).Where(WaitsForAPerson).ToList();
        var taken = false;
        foreach (var letter in letters)
        {
            taken |= await store.SettleDeadLetterAsync(
                letter.Id,
                taken ? new DeadLetterSettlement(false, $"{resume.Reason} (with dead letter {letters[0].Id})") : new DeadLetterSettlement(true, resume.Reason, OrderDefinition.ToReply(resume)),
                cancellationToken);
        }

        if (!taken)
        {
            // Twice at the same state is once: what parked it last is part of the id.
            await store.ReceiveAsync(
                OrderDefinition.ToMessage(OrderKey.Parse(key), $"resumed after {process.UpdatedAt.ToUnixTimeMilliseconds()}", resume), cancellationToken);
        }

        return decision;
    }
}
