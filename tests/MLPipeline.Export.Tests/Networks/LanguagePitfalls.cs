using System.Diagnostics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>Statements and expressions of C#, each in a <c>forward</c> of [N,4].</summary>
internal static class LanguagePitfalls
{
    /// <summary>The networks by name, with the operators that must be in the file.</summary>
    public static IReadOnlyDictionary<string, (Func<Module<Tensor, Tensor>> Create, string Operators)> All { get; } =
        new Dictionary<string, (Func<Module<Tensor, Tensor>>, string)>
        {
            ["out, ref and in parameters"] = (() => new Of((_, x) => ByReference(x)), "Relu Sigmoid Tanh"),
            ["ref return and ref local"] = (() => new Of((_, x) => RefReturn(x)), "Relu Sigmoid"),
            ["stackalloc and spans"] = (() => new Of((_, x) => Spans(x)), "Reshape Relu"),
            ["span of tensors"] = (() => new Of((_, x) => SpanOfTensors(x.sigmoid(), x.tanh())), "Sigmoid Tanh Add"),
            ["params"] = (() => new Of((_, x) => Sum(x.relu(), x.sigmoid(), x.tanh())), "Relu Sigmoid Tanh Add Add"),
            ["params span"] = (() => new Of((_, x) => SumSpan(x.relu(), x.sigmoid())), "Relu Sigmoid Add"),
            ["patterns and switch expressions"] = (() => new Of((_, x) => Patterned(x)), "Sigmoid"),
            ["list patterns"] = (() => new Of((_, x) => x.shape is [_, 4, ..] ? x.tanh() : x.relu()), "Tanh"),
            ["exception filter"] = (() => new Of((_, x) => Filtered(x)), "Sigmoid"),
            ["nested try and finally"] = (() => new Of((_, x) => Nested(x)), "Relu Sigmoid Tanh"),
            ["exception through several methods"] = (() => new Of((_, x) => Caught(x)), "Tanh"),
            ["local functions"] = (() => new Of((_, x) => Locals(x, 3)), "Relu Sigmoid"),
            ["recursion"] = (() => new Of((_, x) => Recursive(x, 2)), "Sigmoid Sigmoid Sigmoid"),
            ["query syntax"] = (() => new Of((_, x) => cat((from i in Enumerable.Range(0, 3) where i != 1 let y = i == 0 ? x.relu() : x.sigmoid() select y).ToList(), 1)), "Relu Sigmoid Concat"),
            ["grouping, ordering, zipping"] = (() => new Of((_, x) => Queried(x)), "Relu Sigmoid Tanh Concat"),
            ["record and with"] = (() => new Of((_, x) => Records(x)), "Relu Sigmoid Add"),
            ["record struct"] = (() => new Of((_, x) => new Point(x.relu(), x.tanh()) is var (a, b) ? a + b : x), "Relu Tanh Add"),
            ["tuples taken apart"] = (() => new Of((_, x) => Tuples(x)), "Relu Sigmoid Add"),
            ["using declarations"] = (() => new Of((_, x) => Using(x)), "Relu Sigmoid"),
            ["lock"] = (() => new Of((_, x) => Locked(x)), "Sigmoid"),
            ["goto"] = (() => new Of((_, x) => Goto(x)), "Tanh Tanh Tanh"),
            ["checked and unchecked"] = (() => new Of((_, x) => x.view(checked((int)x.shape[0]), unchecked((int)x.shape[1])).tanh()), "Tanh"),
            ["text of shapes"] = (() => new Of((_, x) => Text(x)), "Relu"),
            ["switch over strings"] = (() => new Of((_, x) => Named(x, "gelu") + Named(x, "tanh")), "Sigmoid Tanh Add"),
            ["while, do, break, continue"] = (() => new Of((_, x) => Loops(x)), "Relu Sigmoid Sigmoid Tanh"),
            ["null operators"] = (() => new Of((_, x) => Nulls(x, null)), "Sigmoid"),
            ["user's operators and conversions"] = (() => new Of((_, x) => (Wave)x + (Wave)x.tanh()), "Tanh Sigmoid Add"),
            ["properties and indexers that compute"] = (() => new Of((_, x) => new Computed(x)[1] + new Computed(x).Half), "Tanh Sigmoid Add"),
            ["collection expressions"] = (() => new Of((_, x) => cat([x.relu(), .. Pair(x)], 1)), "Relu Sigmoid Tanh Concat"),
            ["ranges and indices"] = (() => new Of((_, x) => Ranges(x)), "Tanh Sigmoid Add"),
            ["debug code"] = (() => new Of((_, x) => Asserted(x)), "Relu"),
            ["extension block"] = (() => new Of((_, x) => x.Gated()), "Sigmoid Mul"),
            ["unsafe code"] = (() => new Of((_, x) => Unsafe(x)), "Tanh Tanh"),
            ["stored in arrays and dictionaries"] = (() => new Of((_, x) => Stored(x)), "Relu Sigmoid Tanh Add Add"),
            ["multidimensional and jagged arrays"] = (() => new Of((_, x) => Arrays(x)), "Relu Sigmoid Add"),
            ["anonymous type"] = (() => new Of((_, x) => new { A = x.relu(), B = x.tanh() } is var pair ? pair.A + pair.B : x), "Relu Tanh Add"),
            ["boxed and unboxed"] = (() => new Of((_, x) => (Tensor)(object)x.relu() + ((ValueTuple<Tensor>)(object)ValueTuple.Create(x.tanh())).Item1), "Relu Tanh Add"),
            ["conditional access to a nullable struct"] = (() => new Of((_, x) => x.unsqueeze((int?)1 ?? 0).tanh()), "Unsqueeze Tanh"),
            ["nameof, typeof, default, sizeof"] = (() => new Of((_, x) => typeof(Tensor).Name == nameof(Tensor) && default(int) + sizeof(int) == 4 ? x.relu() : x), "Relu"),
        };

    private static Tensor ByReference(Tensor x)
    {
        First(out var a);
        Second(ref a);
        return Third(in a);

        void First(out Tensor y) => y = x.relu();
        static void Second(ref Tensor y) => y = y.sigmoid();
        static Tensor Third(in Tensor y) => y.tanh();
    }

    private static Tensor RefReturn(Tensor x)
    {
        Tensor[] slots = [x, x.relu()];
        ref var slot = ref Slot(slots, 1);
        slot = slot.sigmoid();
        return slots[1];

        static ref Tensor Slot(Tensor[] slots, int index) => ref slots[index];
    }

    private static Tensor Spans(Tensor x)
    {
        Span<long> shape = stackalloc long[3];
        Fill(shape, x.shape);
        return x.view(shape.ToArray()).relu();

        static void Fill(Span<long> shape, ReadOnlySpan<long> from)
        {
            shape[0] = from[0];
            shape[1] = 2;
            shape[2] = -1;
        }
    }

    private static Tensor SpanOfTensors(params Tensor[] tensors)
    {
        ReadOnlySpan<Tensor> span = tensors;
        return span[0] + span[^1];
    }

    private static Tensor Sum(params Tensor[] parts)
    {
        var sum = parts[0];
        foreach (var part in parts[1..])
            sum += part;
        return sum;
    }

    private static Tensor SumSpan(params ReadOnlySpan<Tensor> parts)
    {
        var sum = parts[0];
        for (var i = 1; i < parts.Length; i++)
            sum += parts[i];
        return sum;
    }

    private static Tensor Patterned(object x) => x switch
    {
        Tensor { shape: [_, > 3 and < 5] } t when t.dtype is ScalarType.Float32 => t.sigmoid(),
        Tensor t => t.relu(),
        _ => throw new UnreachableException(),
    };

    private static Tensor Filtered(Tensor x)
    {
        try
        {
            throw new ArgumentException("this one");
        }
        catch (ArgumentException e) when (e.Message == "another")
        {
            return x.relu();
        }
        catch (Exception e) when (e.Message.StartsWith("this", StringComparison.Ordinal))
        {
            return x.sigmoid();
        }
    }

    private static Tensor Nested(Tensor x)
    {
        try
        {
            try
            {
                x = x.relu();
            }
            finally
            {
                x = x.sigmoid();
            }
        }
        finally
        {
            x = x.tanh();
        }

        return x;
    }

    private static Tensor Caught(Tensor x)
    {
        try
        {
            return Throw(x);
        }
        catch (InvalidOperationException)
        {
            return x.tanh();
        }

        static Tensor Throw(Tensor x)
        {
            try
            {
                _ = x.relu();
                throw new InvalidOperationException();
            }
            finally
            {
                x = x.sigmoid();
            }
        }
    }

    private static Tensor Locals(Tensor x, int depth)
    {
        return Second(First());

        Tensor First() => depth > 2 ? x.relu() : x;
        static Tensor Second(Tensor y) => y.sigmoid();
    }

    private static Tensor Recursive(Tensor x, int depth) => depth < 0 ? x : Recursive(x.sigmoid(), depth - 1);

    private static Tensor Queried(Tensor x)
    {
        var parts = new[] { (Order: 2, Value: x.relu()), (Order: 1, Value: x.sigmoid()), (Order: 3, Value: x.tanh()) };
        var groups = parts.OrderBy(p => p.Order).GroupBy(p => p.Order % 2 == 1, p => p.Value).SelectMany(g => g);
        return cat(groups.Zip(Enumerable.Range(0, 3), (t, _) => t).ToArray(), 1);
    }

    private sealed record State(Tensor Value, Tensor Gate);

    private readonly record struct Point(Tensor A, Tensor B);

    private static Tensor Records(Tensor x)
    {
        var state = new State(x, x.relu());
        state = state with { Value = state.Value.sigmoid() };
        return state.Gate + state.Value;
    }

    private static Tensor Tuples(Tensor x)
    {
        var (a, (b, _)) = (x.relu(), (x.sigmoid(), 3));
        (a, b) = (b, a);
        return a + b;
    }

    private static Tensor Using(Tensor x)
    {
        using var scope = NewDisposeScope();
        using var first = x.relu();
        var second = first.sigmoid();
        return second.MoveToOuterDisposeScope();
    }

    private static readonly Lock Gate = new();

    private static Tensor Locked(Tensor x)
    {
        lock (Gate)
        {
            lock (string.Empty)
                return x.sigmoid();
        }
    }

    private static Tensor Goto(Tensor x)
    {
        var count = 0;
    again:
        x = x.tanh();
        if (++count < 3)
            goto again;
        return x;
    }

    private static Tensor Text(Tensor x)
    {
        var text = $"{x.shape[1]} of {x.shape.Length}, {x.dtype}: {string.Join('x', x.shape.Skip(1))}";
        return text.StartsWith("4 of 2", StringComparison.Ordinal) && text.EndsWith('4') ? x.relu() : x.tanh();
    }

    private static Tensor Named(Tensor x, string name)
    {
        switch (name)
        {
            case "relu": return x.relu();
            case "tanh": return x.tanh();
            case "gelu": goto case "sigmoid";
            case "sigmoid": return x.sigmoid();
            case "a": case "b": case "c": case "d": case "e": return x;
            default: throw new ArgumentException(name);
        }
    }

    private static Tensor Loops(Tensor x)
    {
        var i = 0;
        while (true)
        {
            i++;
            if (i == 2)
                continue;
            if (i > 3)
                break;
            x = i == 1 ? x.relu() : x.sigmoid();
        }

        do
            x = x.sigmoid();
        while (--i > 100);
        for (int a = 0, b = 2; a < b; a++, b--)
            x = x.tanh();
        return x;
    }

    private static Tensor Nulls(Tensor x, Tensor? mask)
    {
        mask ??= x;
        Tensor? none = null;
        return none?.relu() ?? mask!.sigmoid();
    }

    private readonly struct Wave(Tensor value)
    {
        private readonly Tensor _value = value;

        public static Wave operator +(Wave a, Wave b) => new(a._value.sigmoid() + b._value);

        public static explicit operator Wave(Tensor x) => new(x);

        public static implicit operator Tensor(Wave wave) => wave._value;
    }

    private sealed class Computed(Tensor x)
    {
        public Tensor Half => x.sigmoid();

        public Tensor this[int index] => index == 1 ? x.tanh() : x;
    }

    private static IEnumerable<Tensor> Pair(Tensor x)
    {
        yield return x.sigmoid();
        yield return x.tanh();
    }

    private static Tensor Ranges(Tensor x)
    {
        Tensor[] all = [x.relu(), x.tanh(), x.sigmoid()];
        var last = all[1..];
        return last[0] + last[^1];
    }

    private static Tensor Asserted(Tensor x)
    {
        Debug.Assert(x.shape.Length == 2, "two axes");
        Trace.WriteLine(x.shape[0]);
        return x.relu();
    }

    private static unsafe Tensor Unsafe(Tensor x)
    {
        var counts = stackalloc int[2];
        counts[0] = 1;
        counts[1] = 1;
        fixed (long* shape = x.shape)
        {
            for (var i = 0; i < counts[0] + counts[1]; i++)
                x = shape[1] == 4 ? x.tanh() : x;
        }

        return x;
    }

    private static Tensor Stored(Tensor x)
    {
        var byName = new Dictionary<string, Tensor> { ["a"] = x.relu(), ["b"] = x.sigmoid() };
        var queue = new Queue<Tensor>(byName.Values);
        queue.Enqueue(x.tanh());
        var sum = queue.Dequeue();
        while (queue.TryDequeue(out var next))
            sum += next;
        return sum;
    }

    private static Tensor Arrays(Tensor x)
    {
        var grid = new Tensor[2, 1];
        grid[0, 0] = x.relu();
        Tensor[][] jagged = [[x.sigmoid()], []];
        return grid[0, 0] + jagged[0][0];
    }
}

/// <summary>An extension of the user's.</summary>
internal static class TensorExtensions
{
    extension(Tensor x)
    {
        public Tensor Gated() => x * x.sigmoid();
    }
}
