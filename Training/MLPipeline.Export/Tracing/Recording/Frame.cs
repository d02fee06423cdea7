using System.Reflection;
using MLPipeline.Export.Tracing.Rewriting;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>A method being run, within the one that called it.</summary>
internal sealed class Frame
{
    private Dictionary<nint, Loose>? _loose;
    private bool _hasLost;

    /// <summary>Opens a frame.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path of the innermost module.</param>
    /// <param name="outer">The caller's frame; null at the top.</param>
    public Frame(MethodBase method, string path, Frame? outer)
    {
        Method = method;
        Path = path;
        Outer = outer;
        Origin = CodeOrigins.Of(method);
        Root = outer is not null && outer.Origin == Origin ? outer.Root : this;
    }

    /// <summary>The method.</summary>
    public MethodBase Method { get; }

    /// <summary>The path of the innermost module.</summary>
    public string Path { get; }

    /// <summary>The caller's frame; null at the top.</summary>
    public Frame? Outer { get; }

    /// <summary>Whose code the method is.</summary>
    public CodeOrigin Origin { get; }

    /// <summary>The outermost of the neighbouring frames of one origin. For TorchSharp that is the method the user's code called.</summary>
    public Frame Root { get; }

    /// <summary>Whether a traced tensor went into a function without a converter since the root was called: what it makes now may hold that tensor.</summary>
    public bool HasLost
    {
        get => Root._hasLost;
        set => Root._hasLost = value;
    }

    /// <summary>Code took a tensor's native pointer. Until a function is told of it, it may be anywhere: in an array, a struct, pinned memory.</summary>
    public void Take(nint pointer, Tensor tensor, bool traced)
    {
        var loose = Root._loose ??= [];
        loose.TryGetValue(pointer, out var known);
        loose[pointer] = new Loose(tensor, traced, (known?.Times ?? 0) + 1);
    }

    /// <summary>A native function is told of a pointer.</summary>
    /// <returns>The tensor it was taken from; null when nobody took it.</returns>
    public Tensor? Hand(nint pointer)
    {
        if (Root._loose is not { } loose || !loose.TryGetValue(pointer, out var taken))
            return null;
        loose[pointer] = taken with { Times = Math.Max(0, taken.Times - 1) };
        return taken.Tensor;
    }

    /// <summary>Whether pointers of traced tensors were taken and no function was told of them; they count as told from now on.</summary>
    public bool TakeLoose()
    {
        if (Root._loose is not { } loose || !loose.Values.Any(l => l is { Traced: true, Times: > 0 }))
            return false;
        loose.Clear();
        return true;
    }

    private sealed record Loose(Tensor Tensor, bool Traced, int Times);
}
