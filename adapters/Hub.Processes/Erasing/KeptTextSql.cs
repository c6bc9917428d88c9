using Hub.Processes.Sealing;

namespace Hub.Processes.Erasing;

/// <summary>The statements about texts that are kept, which both databases understand.</summary>
internal static class KeptTextSql
{
    /// <summary>The journal's words for it.</summary>
    public const string Step = "personal data";

    public const string Outcome = "erased";

    /// <summary>Place, row, kind and text of all that is kept of a process.</summary>
    public static FormattableString Select(string process, string key) => $"""
        SELECT 0, 0, '', state FROM process WHERE process = {process} AND key = {key} AND state IS NOT NULL
        UNION ALL SELECT 1, 0, '', reason FROM process WHERE process = {process} AND key = {key} AND reason IS NOT NULL
        UNION ALL SELECT 2, seq, kind, body FROM inbox WHERE process = {process} AND key = {key}
        UNION ALL SELECT 3, seq, kind, body FROM outbox WHERE process = {process} AND key = {key}
        UNION ALL SELECT 4, seq, kind, error FROM outbox WHERE process = {process} AND key = {key} AND error IS NOT NULL
        UNION ALL SELECT 5, seq, step, detail FROM journal WHERE process = {process} AND key = {key} AND detail IS NOT NULL
        UNION ALL SELECT 6, seq, step, reference FROM journal WHERE process = {process} AND key = {key} AND reference IS NOT NULL
        UNION ALL SELECT 7, seq, kind, body FROM dead_letter WHERE process = {process} AND key = {key}
        UNION ALL SELECT 8, seq, kind, reason FROM dead_letter WHERE process = {process} AND key = {key}
        ORDER BY 1, 2
        """;

    private static FormattableString Update(string process, string key, KeptRow row, string text) => row.Text.In switch
    {
        KeptIn.State => $"UPDATE process SET state = {text} WHERE process = {process} AND key = {key}",
        KeptIn.Reason => $"UPDATE process SET reason = {text} WHERE process = {process} AND key = {key}",
        KeptIn.Message => $"UPDATE inbox SET body = {text} WHERE seq = {row.Seq}",
        KeptIn.Effect => $"UPDATE outbox SET body = {text} WHERE seq = {row.Seq}",
        KeptIn.Error => $"UPDATE outbox SET error = {text} WHERE seq = {row.Seq}",
        KeptIn.Detail => $"UPDATE journal SET detail = {text} WHERE seq = {row.Seq}",
        KeptIn.Reference => $"UPDATE journal SET reference = {text} WHERE seq = {row.Seq}",
        KeptIn.DeadLetter => $"UPDATE dead_letter SET body = {text} WHERE seq = {row.Seq}",
        _ => $"UPDATE dead_letter SET reason = {text} WHERE seq = {row.Seq}",
    };

    /// <summary>What is not done yet of it.</summary>
    public static FormattableString UnderWay(string process, string key) => $"""
        SELECT seq FROM inbox WHERE process = {process} AND key = {key} AND handled_at IS NULL
        UNION ALL SELECT seq FROM outbox WHERE process = {process} AND key = {key} AND done_at IS NULL
        """;

    /// <summary>It was rewritten. Its dead letters are done with: what they would need to be retried is gone.</summary>
    public static IEnumerable<FormattableString> Erased(string process, string key, string by, long now) =>
    [
        $"UPDATE process SET erased_at = {now} WHERE process = {process} AND key = {key}",
        $"""
        UPDATE dead_letter SET settled = 'discarded', settled_by = {by}, settled_at = {now}
        WHERE process = {process} AND key = {key} AND settled IS NULL
        """,
        $"UPDATE dead_letter SET erased_at = {now} WHERE process = {process} AND key = {key}",
    ];

    /// <summary>The changed rows' statements.</summary>
    public static IEnumerable<FormattableString> Changes(
        string process, string key, IReadOnlyList<KeptRow> rows, IReadOnlyList<string> texts, TextSeal seal) =>
        rows.Zip(texts).Where(pair => pair.First.Text.Text != pair.Second).Select(pair => Update(process, key, pair.First, seal.Seal(pair.Second)));
}

/// <summary>A text and the row that it is in.</summary>
internal sealed record KeptRow(long Seq, KeptText Text);
