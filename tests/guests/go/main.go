// A program that leans on Go's runtime: goroutines, a garbage collector, a
// scheduler that sleeps, and the standard library.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("what to do?"))
	}
	rest := os.Args[2:]
	switch os.Args[1] {
	case "args":
		fmt.Printf("%q\n", rest)
	case "env":
		env := os.Environ()
		sort.Strings(env)
		fmt.Println(strings.Join(env, "\n"))
	case "primes":
		primes(number(rest[0]))
	case "hash":
		hash(rest[0])
	case "json":
		report(os.Stdin)
	case "words":
		words(rest[0])
	case "files":
		files(rest[0])
	case "sleep":
		sleep()
	case "garbage":
		garbage()
	case "exit":
		os.Exit(number(rest[0]))
	case "panic":
		panic(rest[0])
	default:
		fail(fmt.Errorf("cannot %s", os.Args[1]))
	}
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	check(err)
	return n
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "error:", err)
	os.Exit(1)
}

// primes is a sieve in which every prime is a goroutine.
func primes(count int) {
	from := make(chan int)
	go func(to chan<- int) {
		for n := 2; ; n++ {
			to <- n
		}
	}(from)
	for range count {
		prime := <-from
		fmt.Println(prime)
		to := make(chan int)
		go func(from <-chan int) {
			for n := range from {
				if n%prime != 0 {
					to <- n
				}
			}
		}(from)
		from = to
	}
}

func hash(path string) {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	sum := sha256.New()
	bytes, err := io.Copy(sum, file)
	check(err)
	fmt.Printf("%d %x\n", bytes, sum.Sum(nil))
}

type person struct {
	Name string   `json:"name"`
	Born int      `json:"born"`
	Tags []string `json:"tags,omitempty"`
}

// report reads persons as JSON and writes them back in the order of birth.
func report(in io.Reader) {
	var persons []person
	check(json.NewDecoder(in).Decode(&persons))
	sort.Slice(persons, func(i, j int) bool { return persons[i].Born < persons[j].Born })
	check(json.NewEncoder(os.Stdout).Encode(persons))
}

// words counts the words of all files below a folder, each file in a goroutine.
func words(root string) {
	var group sync.WaitGroup
	var lock sync.Mutex
	counts := map[string]int{}
	check(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		group.Add(1)
		go func() {
			defer group.Done()
			file, err := os.Open(path)
			check(err)
			defer file.Close()
			scanner := bufio.NewScanner(file)
			scanner.Split(bufio.ScanWords)
			for scanner.Scan() {
				lock.Lock()
				counts[scanner.Text()]++
				lock.Unlock()
			}
		}()
		return nil
	}))
	group.Wait()
	// Maps are printed with sorted keys.
	fmt.Println(counts)
}

func files(root string) {
	check(os.MkdirAll(filepath.Join(root, "x/y"), 0o755))
	path := filepath.Join(root, "x/y/z.txt")
	check(os.WriteFile(path, []byte("hello"), 0o644))
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	check(err)
	_, err = file.WriteString(", wasm")
	check(err)
	check(file.Close())
	text, err := os.ReadFile(path)
	check(err)
	info, err := os.Stat(path)
	check(err)
	fmt.Printf("%s %d %v\n", text, info.Size(), info.IsDir())
	check(os.Rename(path, filepath.Join(root, "moved.txt")))
	check(os.RemoveAll(filepath.Join(root, "x")))
	entries, err := os.ReadDir(root)
	check(err)
	for _, entry := range entries {
		fmt.Println(entry.Name())
	}
	_, err = os.Open(filepath.Join(root, "missing"))
	fmt.Println(os.IsNotExist(err))
	_, err = os.Create(filepath.Join(root, "../outside"))
	fmt.Println(err != nil)
}

// sleep has three goroutines wake up in the order of their sleep, not of their start.
func sleep() {
	start := time.Now()
	woken := make(chan int)
	for _, ms := range []int{300, 20, 150} {
		go func() {
			time.Sleep(time.Duration(ms) * time.Millisecond)
			woken <- ms
		}()
	}
	fmt.Println(<-woken, <-woken, <-woken, time.Since(start) >= 300*time.Millisecond)
}

// garbage makes about 200 MB of it.
func garbage() {
	var kept []string
	for n := range 200_000 {
		text := strings.Repeat(strconv.Itoa(n), 200)
		if n%1000 == 0 {
			kept = append(kept, text[:4])
		}
	}
	fmt.Println(len(kept), kept[len(kept)-1])
}
