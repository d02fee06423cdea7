using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Fuzz;

/// <summary>
/// A network of one step for each number of a recipe. The steps of images [N,C,S,S] and of vectors [N,C] (<see cref="ImageSteps"/>,
/// <see cref="VectorSteps"/>) keep every earlier value in reach: residual sums, concatenations and gates read any of them.
/// </summary>
internal sealed class RandomNetwork : Module<Tensor, Tensor>
{
    /// <summary>Channels of the input.</summary>
    public const int Channels = 4;

    /// <summary>Height and width of the input.</summary>
    public const int Side = 9;

    private readonly List<Step> _steps = [];
    private readonly List<ValueShape> _shapes = [new ValueShape(Channels, Side)];

    /// <summary>Builds the network. The same recipe gives the same network, weights included.</summary>
    public RandomNetwork(IReadOnlyList<int> recipe)
        : base(nameof(RandomNetwork))
    {
        for (var i = 0; i < recipe.Count; i++)
            Add(recipe[i], i);
        using var still = no_grad();
        using var generator = new Generator(17, CPU);
        foreach (var (name, state) in state_dict())
            Fill(name, state, generator);
    }

    /// <summary>Names of the steps, for messages.</summary>
    public string Description => string.Join(" -> ", _steps.Select(s => s.Name));

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var values = new List<Tensor> { input };
        foreach (var step in _steps)
            values.Add(step.Run(values));
        return values[^1];
    }

    private void Add(int number, int index)
    {
        var random = new Random(number);
        var context = new StepContext(random, _shapes);
        var steps = _shapes[^1].IsImage ? ImageSteps.All : VectorSteps.All;
        var step = steps[number % steps.Count](context);
        foreach (var (module, position) in step.Modules.Select((m, p) => (m, p)))
            register_module($"step{index}_{position}", module);
        _steps.Add(step);
        _shapes.Add(step.Result);
    }

    // Statistics and scales far from what training starts with: negative scales, small and large variances.
    private static void Fill(string name, Tensor state, Generator generator)
    {
        using var scope = NewDisposeScope();
        if (name.EndsWith("running_var", StringComparison.Ordinal))
            state.copy_(rand(state.shape, generator: generator) * 4 + 0.01);
        else if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal))
            state.copy_(randn(state.shape, generator: generator));
        else if (state.is_floating_point())
            state.copy_(randn(state.shape, generator: generator) / Math.Sqrt(Math.Max(1, state.numel() / Math.Max(1, state.shape[0]))));
    }
}

/// <summary>The axes of a value after the batch axis.</summary>
/// <param name="Channels">Channels of an image, or length of a vector.</param>
/// <param name="Side">Height and width; 0 for a vector.</param>
internal readonly record struct ValueShape(int Channels, int Side)
{
    /// <summary>Whether it has height and width.</summary>
    public bool IsImage => Side > 0;
}

/// <summary>One step of a random network.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Result">The shape it gives.</param>
/// <param name="Run">Reads any value made so far and gives the next.</param>
/// <param name="Modules">The layers it owns.</param>
internal sealed record Step(string Name, ValueShape Result, Func<List<Tensor>, Tensor> Run, params Module[] Modules);

/// <summary>What a step is built from.</summary>
/// <param name="Random">Chooses its arguments.</param>
/// <param name="Shapes">Of every value so far.</param>
internal sealed record StepContext(Random Random, IReadOnlyList<ValueShape> Shapes)
{
    /// <summary>The shape of the value to go on from.</summary>
    public ValueShape Current => Shapes[^1];

    /// <summary>An earlier value with such a shape; the current one when there is no other.</summary>
    public int Earlier(Func<ValueShape, bool> fits)
    {
        var found = Enumerable.Range(0, Shapes.Count).Where(i => fits(Shapes[i])).ToList();
        return found[Random.Next(found.Count)];
    }

    /// <summary>One of several.</summary>
    public T Pick<T>(params T[] choices) => choices[Random.Next(choices.Length)];
}
